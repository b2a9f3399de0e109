-- one row per line of item_categories.csv, typed; problem says why a line cannot be kept
-- depends_on: {{ ref('id_keys') }}
with source as (
    select
        *,
        {{ text_list('feat') }} as items
    from {{ ref('item_categories') }}
),

typed as (
    select
        line_content,
        line_number,
        file_path,
        field_count,
        expected_field_count,
        {{ id_key('video', 'video_id') }} as video_id,
        {{ id_key_list('tag', 'items') }} as tag_ids,
        {{ is_unreadable('feat', 'items') }} as is_no_list
    from source
)

select
    video_id,
    tag_ids,
    line_content,
    line_number,
    file_path,
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when video_id is null or video_id < 0 then {{ id_problem('video_id', 'video') }}
        when
            is_no_list
            or len(list_filter(tag_ids, lambda id: coalesce(id, -1) < 0)) > 0
            then {{ problem('feat', 'not a list of whole numbers like [27, 9]') }}
    end as problem
from typed

-- one row per line of social_network.csv, typed; problem says why a line cannot be kept
-- depends_on: {{ ref('id_keys') }}
with source as (
    select
        *,
        {{ text_list('friend_list') }} as items
    from {{ ref('social_network') }}
),

typed as (
    select
        line_content,
        line_number,
        file_path,
        field_count,
        expected_field_count,
        {{ id_key('user', 'user_id') }} as user_id,
        {{ id_key_list('user', 'items') }} as friend_ids,
        {{ is_unreadable('friend_list', 'items') }} as is_no_list
    from source
)

select
    user_id,
    friend_ids,
    line_content,
    line_number,
    file_path,
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when user_id is null or user_id < 0 then {{ id_problem('user_id', 'user') }}
        when
            is_no_list
            or len(list_filter(friend_ids, lambda id: coalesce(id, -1) < 0)) > 0
            then {{ problem('friend_list', 'not a list of user ids like [4202, 7126]') }}
    end as problem
from typed

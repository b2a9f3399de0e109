-- one row per file: how many rows were read, and what became of them
with lines as (
    select * from {{ ref('file_lines') }}
),

rejected as (
    select
        file,
        count(*) as rows_rejected,
        count(*) filter (where {{ is_broken_clock('reason') }})
            as rows_of_broken_clocks
    from {{ ref('rejected_rows') }}
    group by file
),

kept as (
    {%- for file, source in {
        'big_matrix': ref('stg_interactions'), 'small_matrix': ref('stg_dense_interactions')
    }.items() %}
    select
        '{{ file }}' as file,
        count(*) as rows_kept,
        sum(copy_count) - count(*) as rows_duplicate,
        count(distinct user_id) as users,
        count(distinct video_id) as videos,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at,
        {{ 'count(*) filter (where nth_watch > 1)' if file == 'big_matrix' else 'null' }}
            as rows_watched_again
    from {{ source }}
    union all
    {%- endfor %}
    select
        'item_daily_features' as file,
        count(*) as rows_kept,
        sum(copy_count) - count(*) as rows_duplicate,
        null as users,
        count(distinct video_id) as videos,
        min(date)::timestamp as first_event_at,
        max(date)::timestamp as last_event_at,
        null as rows_watched_again
    from {{ ref('stg_video_days') }}
    union all
    {%- for file, source, entity in [
        ('user_features', ref('typed_users'), 'user'),
        ('item_categories', ref('typed_video_tags'), 'video'),
    ] %}
    select
        '{{ file }}' as file,
        count(distinct {{ entity }}_id) as rows_kept,
        count(*) - count(distinct {{ entity }}_id) as rows_duplicate,
        {{ 'count(distinct user_id)' if entity == 'user' else 'null' }} as users,
        {{ 'count(distinct video_id)' if entity == 'video' else 'null' }} as videos,
        null as first_event_at,
        null as last_event_at,
        null as rows_watched_again
    from {{ source }}
    where problem is null
    having count(*) > 0
    union all
    {%- endfor %}
    select
        'kuairec_caption_category' as file,
        (select count(*) from {{ ref('stg_video_captions') }}) as rows_kept,
        count(*) - count(distinct video_id) as rows_duplicate,
        null as users,
        count(distinct video_id) as videos,
        null as first_event_at,
        null as last_event_at,
        null as rows_watched_again
    from {{ ref('typed_video_captions') }}
    where problem is null
    having count(*) > 0
    union all
    select
        'social_network' as file,
        count(distinct (user_id, friend_ids)) as rows_kept, -- noqa: ST08,LT01,LT06
        count(*) - rows_kept as rows_duplicate,
        count(distinct user_id) as users,
        null as videos,
        null as first_event_at,
        null as last_event_at,
        null as rows_watched_again
    from {{ ref('typed_friendships') }}
    where problem is null
)

select
    lines.file,
    lines.line_count as rows_read,
    coalesce(kept.rows_kept, 0) as rows_kept,
    coalesce(kept.rows_duplicate, 0)::bigint as rows_duplicate,
    coalesce(rejected.rows_rejected, 0) as rows_rejected,
    coalesce(rejected.rows_of_broken_clocks, 0) as rows_of_broken_clocks,
    kept.users,
    kept.videos,
    kept.first_event_at,
    kept.last_event_at,
    kept.rows_watched_again
from lines
left join kept on lines.file = kept.file
left join rejected on lines.file = rejected.file
order by lines.file

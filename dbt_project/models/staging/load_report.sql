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
    select
        'big_matrix' as file,
        count(*) as rows_kept,
        sum(copy_count) - count(*) as rows_duplicate,
        count(distinct user_id) as users,
        count(distinct video_id) as videos,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at,
        count(*) filter (where nth_watch > 1) as rows_watched_again
    from {{ ref('stg_interactions') }}
    union all
    select
        'small_matrix' as file,
        count(*) as rows_kept,
        sum(copy_count) - count(*) as rows_duplicate,
        count(distinct user_id) as users,
        count(distinct video_id) as videos,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at,
        null as rows_watched_again
    from {{ ref('stg_dense_interactions') }}
    union all
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
    select
        'user_features' as file,
        count(distinct user_id) as rows_kept,
        count(*) - count(distinct user_id) as rows_duplicate,
        count(distinct user_id) as users,
        null as videos,
        null as first_event_at,
        null as last_event_at,
        null as rows_watched_again
    from {{ ref('typed_users') }}
    where problem is null
    having count(*) > 0
    union all
    select
        'item_categories' as file,
        count(distinct video_id) as rows_kept,
        count(*) - count(distinct video_id) as rows_duplicate,
        null as users,
        count(distinct video_id) as videos,
        null as first_event_at,
        null as last_event_at,
        null as rows_watched_again
    from {{ ref('typed_video_tags') }}
    where problem is null
    having count(*) > 0
    union all
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

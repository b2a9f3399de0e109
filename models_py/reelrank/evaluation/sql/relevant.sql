-- one row per (protocol, relevance, user) with something relevant: how many videos
create or replace temp table judge_relevant as
with judged as (
    select
        protocol,
        user_id,
        video_id,
        is_liked,
        is_long_view
    from judge_rows
    union all
    select
        'dense_end_to_end' as protocol,
        user_id,
        video_id,
        is_liked,
        is_long_view
    from judge_rows
    where protocol = 'dense'
    union all
    select
        'end_to_end' as protocol,
        user_id,
        video_id,
        is_liked,
        is_long_view
    from judge_wanted
),

counted as (
    select
        protocol,
        user_id,
        count(distinct video_id) filter (is_liked) as watch_ratio_above_1,
        count(distinct video_id) filter (is_long_view) as long_view
    from judged
    group by protocol, user_id
)

select
    protocol,
    relevance,
    user_id,
    relevant_count
from counted
unpivot (relevant_count for relevance in (watch_ratio_above_1, long_view))
where relevant_count > 0

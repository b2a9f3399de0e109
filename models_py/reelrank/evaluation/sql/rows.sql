-- one row per (protocol, judged event); predictions as the ranker gave them
-- holdout: the first event of each pair; holdout_with_repeats: every event, liked if the
-- video was liked in any of them, which is how the reference system counts
create or replace temp table judge_rows as
with dense as (
    select
        'dense' as protocol,
        * exclude (protocol),
        watch_ratio > 1 as is_liked
    from run_predictions
    where protocol = 'dense'
),

holdout_events as (
    select
        * exclude (protocol),
        row_number() over in_time as nth_event,
        bool_or(watch_ratio > 1) over pair as is_ever_liked,
        bool_or(is_long_view) over pair as is_ever_long_view
    from run_predictions
    where protocol = 'holdout'
    window
        pair as (partition by user_id, video_id),
        in_time as (
            partition by user_id, video_id
            order by event_at, video_duration_ms, watch_ratio, predicted_watch_ratio
        )
),

holdout as (
    select
        'holdout' as protocol,
        * exclude (nth_event, is_ever_liked, is_ever_long_view),
        watch_ratio > 1 as is_liked
    from holdout_events
    where nth_event = 1
),

holdout_with_repeats as (
    select
        'holdout_with_repeats' as protocol,
        * exclude (nth_event, is_ever_liked, is_ever_long_view)
        replace (is_ever_long_view as is_long_view),
        is_ever_liked as is_liked
    from holdout_events
),

judged as (
    select * from dense
    union all by name
    select * from holdout
    union all by name
    select * from holdout_with_repeats
),

users as (
    select
        user_id,
        row_number() over (order by user_id) as user_number
    from run_predictions
    group by user_id
)

select
    row_number() over () as row_id,
    -- one number per protocol and user, four bytes because that sorts fastest
    cast(
        3 * users.user_number
        + case judged.protocol when 'dense' then 0 when 'holdout' then 1 else 2 end
        as integer
    ) as list_id,
    cast(
        judged.protocol as enum('dense', 'holdout', 'holdout_with_repeats')
    ) as protocol,
    judged.user_id,
    judged.video_id,
    hash(judged.user_id, judged.video_id, $seed) as tie_break,
    judged.event_at,
    judged.video_duration_ms,
    judged.watch_ratio,
    judged.predicted_watch_ratio,
    judged.predicted_long_view,
    judged.score_watch_ratio,
    judged.score_long_view,
    judged.is_liked,
    judged.is_long_view
from judged
inner join users on judged.user_id = users.user_id

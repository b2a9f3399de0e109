-- one row per judged event, list by list (dense lists first), equal scores in the order
-- of a seeded hash of user and video: random but fixed. The first event of a pair after
-- the boundary is in the holdout; with repeats, every event is an entry, relevant if any
-- event of the pair was, which is how the reference system counts
create or replace temp table judge_rows as
with dense as (
    select
        * exclude (protocol),
        true as is_dense,
        1 as nth_event,
        false as is_ever_above_one,
        false as is_ever_long_view
    from run_predictions
    where protocol = 'dense'
),

holdout as (
    select
        * exclude (protocol),
        false as is_dense,
        row_number() over in_time as nth_event,
        bool_or(watch_ratio > 1) over pair as is_ever_above_one,
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

judged as (
    select * from dense
    union all by name
    select * from holdout
),

-- what a long view takes, looked up once for each length there is
lengths as (
    select
        asked.video_duration_ms,
        thresholds.watch_ratio_threshold as threshold
    from (select distinct video_duration_ms from run_predictions) as asked
    left join training.long_view_steps() as thresholds
        on training.duration_step(asked.video_duration_ms) = thresholds.duration_step
)

select
    judged.* exclude (nth_event),
    judged.nth_event = 1 as is_first,
    judged.watch_ratio > 1 as is_above_one,
    lengths.threshold
from judged
left join lengths on judged.video_duration_ms = lengths.video_duration_ms
order by
    judged.is_dense desc,
    judged.user_id asc,
    hash(judged.user_id, judged.video_id, $seed) asc,
    judged.video_id asc,
    judged.nth_event asc

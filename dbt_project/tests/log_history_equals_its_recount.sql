-- What the whole log did before each day, counted again event by event from the staged
-- log.
with thresholds as (
    {{ long_view_steps() }}
),

events as (
    select
        cast(log.event_at as date) as event_day,
        least(log.watch_ratio, 5) as ratio,
        greatest(least(log.play_duration_ms / 1000.0, 60.0), 0.5) as play_seconds,
        log.watch_ratio > 1 as is_above_one,
        log.watch_ratio > thresholds.watch_ratio_threshold as is_long_view
    from {{ ref('stg_interactions') }} as log
    inner join thresholds
        on {{ duration_step('log.video_duration_ms') }} = thresholds.duration_step
),

days as (
    select
        event_day,
        count(*) as n,
        sum(cast(round(ratio * 10000) as bigint)) as ratio_e4,
        sum(cast(is_above_one as integer)) as above_one,
        sum(cast(is_long_view as integer)) as long_view,
        sum(cast(round(ln(play_seconds) * 10000) as bigint)) as log_play_e4
    from events
    group by all
),

expected as (
    select
        history.as_of_date,
        coalesce(sum(days.n), 0) as n,
        cast(sum(days.ratio_e4) / 10000 / sum(days.n) as float) as ratio,
        cast(sum(days.above_one) / sum(days.n) as float) as above_one,
        cast(sum(days.long_view) / sum(days.n) as float) as long_view,
        cast(sum(days.log_play_e4) / 10000 / sum(days.n) as float) as log_play
    from {{ ref('log_history') }} as history
    left join days on history.as_of_date > days.event_day
    group by all
)

select
    history.*,
    expected.*
from {{ ref('log_history') }} as history
full outer join expected on history.as_of_date = expected.as_of_date
where
    history.prior_view_count is distinct from expected.n
    or history.prior_mean_watch_ratio is distinct from expected.ratio
    or history.prior_share_above_one is distinct from expected.above_one
    or history.prior_share_long_view is distinct from expected.long_view
    or history.prior_mean_log_play is distinct from expected.log_play

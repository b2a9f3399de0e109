-- one row per as_of_date; means of the whole log strictly before that day, the prior of
-- every other history (null before the first day: nothing is known then)

with days as (
    select
        event_on,
        {{ sums_of(history_sum_names()) }}
    from {{ ref('user_days') }}
    group by all
),

days_and_boundary as (
    select * from days

    union all

    select
        boundary_on as event_on,
        {{ nulls_as(history_sum_names()) }}
    from {{ ref('split_boundary') }}
    where boundary_on not in (select days.event_on from days)
),

known_before as (
    select
        event_on as as_of_date,
        sum(view_count) over past as view_count,
        sum(watch_ratio_e4) over past / 10000 as watch_ratio_sum,
        sum(above_one_count) over past as above_one_count,
        sum(long_view_count) over past as long_view_count,
        sum(log_play_seconds_e4) over past / 10000 as log_play_sum
    from days_and_boundary
    window past as (
        order by event_on
        rows between unbounded preceding and 1 preceding
    )
),

log_history as (
    select
        as_of_date,
        cast(coalesce(view_count, 0) as bigint) as prior_view_count,
        cast(watch_ratio_sum / view_count as float) as prior_mean_watch_ratio,
        cast(above_one_count / view_count as float) as prior_share_above_one,
        cast(long_view_count / view_count as float) as prior_share_long_view,
        cast(log_play_sum / view_count as float) as prior_mean_log_play
    from known_before
)

select * from log_history

-- one row per (user_id, as_of_date); the user's last 7 days strictly before that day, and
-- how widely the user's play time spreads and how often a video is skipped, all time
{{ config(materialized='incremental', unique_key='as_of_date') }}

with priors as (
    select * from {{ ref('log_history') }}
),

{{ sums_of_as_of_days(
    ['user_id'], ref('user_days'), more=['skip_count', 'squared_log_play_e8'], days_before=7
) }},

windows as (
    select
        user_id,
        as_of_date,
        coalesce(sum(view_count) over last_7_days, 0) as view_count_7d,
        coalesce(sum(watch_ratio_e4) over last_7_days, 0) / 10000 as watch_ratio_7d,
        coalesce(sum(above_one_count) over last_7_days, 0) as above_one_count_7d,
        coalesce(sum(long_view_count) over last_7_days, 0) as long_view_count_7d,
        coalesce(sum(log_play_seconds_e4) over last_7_days, 0) / 10000 as log_play_7d,
        sum(view_count) over all_time as view_count_all,
        sum(skip_count) over all_time as skip_count_all,
        sum(log_play_seconds_e4) over all_time / 10000 / nullif(view_count_all, 0)
            as mean_log_play,
        sum(squared_log_play_e8) over all_time / 100000000 / nullif(view_count_all, 0)
            as mean_squared_log_play
    from as_of_days
    window
        last_7_days as (
            partition by user_id order by as_of_date
            range between interval 7 days preceding and interval 1 day preceding
        ),
        all_time as (
            partition by user_id order by as_of_date
            rows between unbounded preceding and 1 preceding
        )
),

user_recent_history as (
    select
        windows.user_id,
        windows.as_of_date,
        cast(windows.view_count_7d as integer) as user_view_count_7d,
        cast(
            (windows.watch_ratio_7d + 20 * priors.prior_mean_watch_ratio)
            / (windows.view_count_7d + 20) as float
        ) as user_mean_watch_ratio_7d,
        {{ ratio('windows.above_one_count_7d', 'windows.view_count_7d') }}
            as user_share_above_one_7d,
        {{ ratio('windows.long_view_count_7d', 'windows.view_count_7d') }}
            as user_share_long_view_7d,
        {{ ratio('windows.log_play_7d', 'windows.view_count_7d') }}
            as user_mean_log_play_7d,
        {{ ratio('windows.skip_count_all', 'windows.view_count_all') }}
            as user_share_skipped,
        cast(
            sqrt(
                greatest(
                    windows.mean_squared_log_play
                    - windows.mean_log_play * windows.mean_log_play,
                    0
                )
            ) as float
        ) as user_sd_log_play
    from windows
    inner join priors on windows.as_of_date = priors.as_of_date
    where {{ is_built('windows.as_of_date') }}
)

select * from user_recent_history

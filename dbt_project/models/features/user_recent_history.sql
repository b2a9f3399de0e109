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
        {{- recent_sums([7]) }}
        sum(view_count) over all_time as view_count_all,
        sum(skip_count) over all_time as skip_count_all,
        sum(log_play_seconds_e4) over all_time / 10000 / nullif(view_count_all, 0)
            as mean_log_play,
        sum(squared_log_play_e8) over all_time / 100000000 / nullif(view_count_all, 0)
            as mean_squared_log_play
    from as_of_days
    {{ recent_windows('user_id', [7]) }}
),

user_recent_history as (
    select
        windows.user_id,
        windows.as_of_date,
        {{- recent_features('user', [7]) }}
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

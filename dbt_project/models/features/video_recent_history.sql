-- one row per (video_id, as_of_date); reception in the last 1, 3 and 7 days strictly
-- before that day, against all time (null without views in the window; the mean watch
-- ratio is shrunk toward that of the log instead)
{{ config(materialized='incremental', unique_key='as_of_date') }}

with priors as (
    select * from {{ ref('log_history') }}
),

{{ sums_of_as_of_days(['video_id'], ref('video_days'), days_before=7) }},

windows as (
    select
        video_id,
        as_of_date,
        {% for days in [1, 3, 7] %}
        coalesce(sum(view_count) over last_{{ days }}_days, 0) as view_count_{{ days }}d,
        coalesce(sum(watch_ratio_e4) over last_{{ days }}_days, 0)
            as watch_ratio_e4_{{ days }}d,
        coalesce(sum(above_one_count) over last_{{ days }}_days, 0)
            as above_one_count_{{ days }}d,
        coalesce(sum(long_view_count) over last_{{ days }}_days, 0)
            as long_view_count_{{ days }}d,
        coalesce(sum(log_play_seconds_e4) over last_{{ days }}_days, 0)
            as log_play_seconds_e4_{{ days }}d,
        {% endfor %}
        sum(view_count) over all_time as view_count_all,
        sum(long_view_count) over all_time as long_view_count_all
    from as_of_days
    window
        {% for days in [1, 3, 7] %}
        last_{{ days }}_days as (
            partition by video_id order by as_of_date
            range between interval {{ days }} days preceding and interval 1 day preceding
        ),
        {% endfor %}
        all_time as (
            partition by video_id order by as_of_date
            rows between unbounded preceding and 1 preceding
        )
),

video_recent_history as (
    select
        windows.video_id,
        windows.as_of_date,
        {% for days in [1, 3, 7] %}
        cast(windows.view_count_{{ days }}d as integer) as video_view_count_{{ days }}d,
        cast(
            (
                windows.watch_ratio_e4_{{ days }}d / 10000
                + 20 * priors.prior_mean_watch_ratio
            ) / (windows.view_count_{{ days }}d + 20) as float
        ) as video_mean_watch_ratio_{{ days }}d,
        {{ ratio(
            'windows.above_one_count_' ~ days ~ 'd', 'windows.view_count_' ~ days ~ 'd'
        ) }}
            as video_share_above_one_{{ days }}d,
        {{ ratio(
            'windows.long_view_count_' ~ days ~ 'd', 'windows.view_count_' ~ days ~ 'd'
        ) }}
            as video_share_long_view_{{ days }}d,
        {{ ratio(
            'windows.log_play_seconds_e4_' ~ days ~ 'd / 10000',
            'windows.view_count_' ~ days ~ 'd'
        ) }}
            as video_mean_log_play_{{ days }}d,
        {% endfor %}
        cast(
            windows.long_view_count_7d / nullif(windows.view_count_7d, 0)
            - windows.long_view_count_all / nullif(windows.view_count_all, 0) as float
        ) as video_trend_long_view
    from windows
    inner join priors on windows.as_of_date = priors.as_of_date
    where {{ is_built('windows.as_of_date') }}
)

select * from video_recent_history

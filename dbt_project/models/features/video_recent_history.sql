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
        {{- recent_sums([1, 3, 7]) }}
        sum(view_count) over all_time as view_count_all,
        sum(long_view_count) over all_time as long_view_count_all
    from as_of_days
    {{ recent_windows('video_id', [1, 3, 7]) }}
),

video_recent_history as (
    select
        windows.video_id,
        windows.as_of_date,
        {{- recent_features('video', [1, 3, 7]) }}
        cast(
            windows.long_view_count_7d / nullif(windows.view_count_7d, 0)
            - windows.long_view_count_all / nullif(windows.view_count_all, 0) as float
        ) as video_trend_long_view
    from windows
    inner join priors on windows.as_of_date = priors.as_of_date
    where {{ is_built('windows.as_of_date') }}
)

select * from video_recent_history

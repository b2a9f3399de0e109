-- one row per (video_id, as_of_date); the app-wide counters of the latest day strictly
-- before the as-of date (the counters of a day are known when it is over)
{{ config(materialized='incremental', unique_key='as_of_date') }}

with video_days as (
    select * from {{ ref('stg_video_days') }}
),

as_of_dates as (
    select * from {{ ref('as_of_dates') }}
    where {{ is_built('as_of_date') }}
),

questions as (
    select
        videos.video_id,
        as_of_dates.as_of_date
    from (select distinct video_id from video_days) as videos
    cross join as_of_dates
),

latest_days as (
    select
        questions.video_id,
        questions.as_of_date,
        {{ all_but(['video_id'], 'video_days') }} -- noqa: RF02
    from questions
    {{ latest_before('questions', 'video_days', ['video_id'], 'as_of_date', 'date') }}
),

video_counter_history as (
    select
        video_id,
        as_of_date,
        {{ as_smallint(days_between('as_of_date', 'date')) }} as counter_age_days,
        cast(ln(1 + show_cnt) as float) as counter_log_shows,
        cast(ln(1 + play_cnt) as float) as counter_log_plays,
        cast(play_progress as float) as counter_play_progress,
        {{ ratio('play_duration_ms / 1000.0', 'play_cnt') }} as counter_seconds_per_play,
        {{ ratio('play_cnt', 'show_cnt') }} as counter_play_per_show,
        {{ ratio('play_cnt', 'play_user_num') }} as counter_plays_per_user,
        {{ ratio('complete_play_cnt', 'play_cnt') }} as counter_completion_rate,
        {{ ratio('valid_play_cnt', 'play_cnt') }} as counter_valid_play_rate,
        {{ ratio('long_time_play_cnt', 'play_cnt') }} as counter_long_play_rate,
        {{ ratio('short_time_play_cnt', 'play_cnt') }} as counter_short_play_rate,
        {{ ratio('like_cnt', 'play_cnt') }} as counter_like_rate,
        {{ ratio('comment_cnt', 'play_cnt') }} as counter_comment_rate,
        {{ ratio('comment_stay_duration', 'play_cnt') }} as counter_comment_stay_per_play,
        {{ ratio('follow_cnt', 'play_cnt') }} as counter_follow_rate,
        {{ ratio('share_cnt', 'play_cnt') }} as counter_share_rate,
        {{ ratio('download_cnt', 'play_cnt') }} as counter_download_rate,
        {{ ratio('collect_cnt', 'play_cnt') }} as counter_collect_rate,
        {{ ratio('report_cnt', 'play_cnt') }} as counter_report_rate,
        {{ ratio('reduce_similar_cnt', 'play_cnt') }} as counter_reduce_similar_rate
    from latest_days
)

select * from video_counter_history

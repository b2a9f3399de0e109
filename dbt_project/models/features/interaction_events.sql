-- one row per kept event of the log, with what was watched by whom at what hour
-- features are made of a log that can be learned from: its test is asked first
-- depends_on: {{ ref('log_findings') }}

with interactions as (
    select * from {{ ref('interactions') }}
),

video_profiles as (
    select * from {{ ref('video_profiles') }}
),

events as (
    select
        interactions.user_id,
        interactions.video_id,
        video_profiles.author_id,
        video_profiles.first_tag_id,
        video_profiles.first_level_category_id,
        {{ duration_class('interactions.video_duration_ms') }} as duration_class,
        cast(extract(hour from interactions.event_at) as tinyint) as event_hour,
        interactions.event_on,
        interactions.clipped_watch_ratio_e4,
        interactions.log_play_seconds_e4,
        interactions.is_above_one,
        interactions.is_long_view,
        interactions.split = 'train' as is_in_train,
        interactions.play_duration_ms < 3000 as is_skip
    from interactions
    inner join video_profiles on interactions.video_id = video_profiles.video_id
)

select * from events

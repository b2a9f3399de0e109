-- one row per video; what does not change over the log
{%- set keys = 'video_id, author_id, first_tag_id, first_level_category_id' %}
{{ config(
    pre_hook="{{ note_before('" ~ keys ~ "') }}",
    post_hook="{{ build_days_of_changed_videos('" ~ keys ~ "') }}"
) }}
with video_tags as (
    select * from {{ ref('stg_video_tags') }}
),

captions as (
    select * from {{ ref('stg_video_captions') }}
),

video_days as (
    select * from {{ ref('stg_video_days') }}
),

-- the same video is logged with lengths a few ms apart: the most frequent one is kept
duration_counts as (
    select
        video_id,
        video_duration_ms,
        count(*) as view_count
    from {{ ref('stg_interactions') }}
    group by all

    union all

    select
        video_id,
        video_duration_ms,
        count(*) as view_count
    from {{ ref('stg_dense_interactions') }}
    group by all
),

log_durations as (
    select
        video_id,
        max_by(video_duration_ms, (view_count, video_duration_ms)) as video_duration_ms
    from duration_counts
    group by all
),

first_days as (
    select
        video_id,
        {%- for column in [
            'author_id', 'video_type', 'upload_type', 'video_tag_id', 'music_id',
            'video_width', 'video_height', 'video_duration_ms',
        ] %}
        min_by({{ column }}, date) filter (where {{ column }} is not null)
            as {{ column }},
        {%- endfor %}
        min(uploaded_on) as uploaded_on
    from video_days
    group by all
),

videos as (
    select video_id from video_tags
    union distinct
    select video_id from log_durations
    union distinct
    select video_id from first_days
),

video_profiles as (
    select
        videos.video_id,
        first_days.author_id,
        first_days.music_id,
        {{ element('video_tags.tag_ids', 1) }} as first_tag_id,
        {{ element('video_tags.tag_ids', 2) }} as second_tag_id,
        cast(least(coalesce({{ length_of('video_tags.tag_ids') }}, 0), 127) as tinyint)
            as num_item_tags,
        captions.first_level_category_id,
        captions.second_level_category_id,
        captions.third_level_category_id,
        first_days.video_tag_id,
        cast(
            case first_days.video_type when 'NORMAL' then 0 when 'AD' then 1 end
            as tinyint
        ) as video_type,
        cast(
            dense_rank() over (order by first_days.upload_type nulls first) - 1
            as smallint
        ) as upload_type_code,
        cast(length(captions.caption) as integer) as caption_length,
        cast(least(coalesce({{ length_of('captions.topic_tags') }}, 0), 127) as tinyint)
            as topic_count,
        cast(
            {{ file_quotient('first_days.video_height', 'first_days.video_width') }}
            as float
        ) as aspect_ratio,
        coalesce(log_durations.video_duration_ms, first_days.video_duration_ms)
            as video_duration_ms,
        first_days.uploaded_on
    from videos
    left join video_tags on videos.video_id = video_tags.video_id
    left join captions on videos.video_id = captions.video_id
    left join first_days on videos.video_id = first_days.video_id
    left join log_durations on videos.video_id = log_durations.video_id
)

select * from video_profiles

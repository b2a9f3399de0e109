-- one row per (video, kind, value): what is known of a video without its views; numbers
-- as steps of their logarithm, the age on the day of the boundary, hashed words
with profiles as (
    select
        video_profiles.*,
        greatest(boundary.boundary_on - video_profiles.uploaded_on, 0) as age_days
    from features.video_profiles
    cross join training.split_boundary as boundary
),

tags as (
    select
        video_id,
        unnest(tag_ids) as tag_id
    from staging.stg_video_tags
),

words as (
    select
        video_id,
        unnest(caption_words(concat_ws(' ', caption, cover_text))) as word
    from staging.stg_video_captions
),

codes as (
    select
        video_id,
        unnest(['category', 'category_2', 'category_3', 'length', 'age']) as kind,
        unnest([
            first_level_category_id,
            second_level_category_id,
            third_level_category_id,
            cast(round(3 * ln(greatest(video_duration_ms, 1))) as integer),
            cast(round(2 * ln(1 + age_days)) as integer)
        ]) as value
    from profiles

    union all

    select
        video_id,
        'tag' as kind,
        tag_id as value
    from tags

    union all

    select
        video_id,
        'word' as kind,
        cast(hash(word) >> 33 as integer) as value
    from words
)

select
    codes.video_id as id,
    codes.kind,
    codes.value,
    cast(
        1 / sqrt(count(*) over (partition by codes.video_id, codes.kind)) as float
    ) as weight
from codes
where codes.value is not null
order by codes.video_id, codes.kind, codes.value

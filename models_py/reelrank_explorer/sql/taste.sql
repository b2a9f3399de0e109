-- the 12 tags a user watched most: share of long views beyond that of the videos
with views as (
    select
        video_id,
        cast(is_long_view as integer) as is_long
    from training.interactions
    where split = 'train' and user_id = main.user_key($user_id)
),

usual as (
    select
        video_id,
        long_view_share
    from training.cutoff_videos
    semi join training.cutoffs on
        cutoff_videos.cutoff = cutoffs.cutoff
        and cutoffs.is_boundary
),

tagged as (
    select
        unnest(tags.tag_ids) as tag_id,
        views.is_long - coalesce(usual.long_view_share, 0.2) as beyond
    from views
    inner join staging.stg_video_tags as tags on views.video_id = tags.video_id
    left join usual on views.video_id = usual.video_id
)

select
    cast(main.tag_shown(tag_id) as varchar) as tag,
    sum(beyond) / (count(*) + 5) as lift,
    count(*) as views
from tagged
group by tag_id
order by views desc, tag_id asc
limit 12

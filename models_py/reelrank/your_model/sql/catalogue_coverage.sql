-- of those who liked something after the boundary: the share of their unwatched videos of
-- the catalogue that the file has, and the share of them who have any of these
with able as (
    select distinct user_id
    from judge_wanted
    where is_above_one or is_long_view
),

catalogue as (
    select count(*) as video_count
    from judge_videos
    where is_in_catalogue
),

watched as (
    select
        pairs.user_id,
        count(*) as video_count
    from training.als_confidences as pairs
    inner join judge_videos as videos
        on pairs.video_id = videos.video_id and videos.is_in_catalogue
    group by pairs.user_id
),

scored as (
    select
        yours.user_id,
        count(*) as video_count
    from your_scores as yours
    inner join judge_videos as videos
        on yours.video_id = videos.video_id and videos.is_in_catalogue
    where
        not exists (
            from training.als_confidences as pairs
            where
                pairs.user_id = yours.user_id
                and pairs.video_id = yours.video_id
        )
    group by yours.user_id
)

select
    coalesce(
        sum(scored.video_count)
        / sum(catalogue.video_count - coalesce(watched.video_count, 0)),
        0
    ) as pair_share,
    coalesce(avg(cast(scored.video_count is not null as integer)), 0) as user_share
from able
cross join catalogue
left join watched on able.user_id = watched.user_id
left join scored on able.user_id = scored.user_id

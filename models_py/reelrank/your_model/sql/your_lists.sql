-- one row per (user, rank): the best $depth unwatched videos of the catalogue; equal
-- scores in the order of the same seeded hash as everywhere
create or replace temp table your_lists as
select
    yours.user_id,
    yours.video_id,
    yours.score,
    cast(
        row_number() over (
            partition by yours.user_id
            order by
                yours.score desc,
                hash(yours.user_id, yours.video_id, $seed) asc,
                yours.video_id asc
        ) as smallint
    ) as rank
from your_scores as yours
inner join judge_videos as videos
    on yours.video_id = videos.video_id and videos.is_in_catalogue
where
    not exists (
        from training.als_confidences as watched
        where
            watched.user_id = yours.user_id
            and watched.video_id = yours.video_id
    )
qualify rank <= $depth
order by yours.user_id, rank

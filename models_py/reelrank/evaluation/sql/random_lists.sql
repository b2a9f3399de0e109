-- unwatched videos in random order: the smallest hashes, about three times $depth per
-- user, so that nothing has to sort the whole catalogue for every user
with catalogue as (
    select count(*) as video_count
    from judge_videos
    where is_in_catalogue
),

watched_counts as (
    select
        user_id,
        count(*) as watched_count
    from training.als_confidences
    group by user_id
),

-- as a hash, of which there are 2^64: the largest double below it is the last
shares as (
    select
        users.user_id,
        cast(18446744073709549568.0 * least(
            3 * $depth
            / greatest(catalogue.video_count - coalesce(watched.watched_count, 0), 1),
            1
        ) as ubigint) as last_place
    from judge_users as users
    cross join catalogue
    left join watched_counts as watched on users.user_id = watched.user_id
),

drawn as (
    select
        shares.user_id,
        videos.video_id,
        hash(shares.user_id, videos.video_id, $seed) as place
    from shares
    cross join judge_videos as videos
    where
        videos.is_in_catalogue
        and hash(shares.user_id, videos.video_id, $seed) <= shares.last_place
)

select
    user_id,
    video_id
from drawn
where
    not exists (
        from training.als_confidences as watched
        where
            watched.user_id = drawn.user_id
            and watched.video_id = drawn.video_id
    )
order by user_id, place, video_id

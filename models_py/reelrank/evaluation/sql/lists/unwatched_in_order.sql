-- every user's first $depth unwatched videos in the order of judge_order
-- the video at place p is the (p - watched before it)-th unwatched one, so a user has to
-- walk only $depth places plus one for each watched video passed on the way
create or replace temp table judge_list as
with watched as (
    select
        watched.user_id,
        places.position,
        row_number() over (
            partition by watched.user_id order by places.position
        ) as nth_watched
    from training.als_confidences as watched
    inner join judge_order as places on watched.video_id = places.video_id
),

passed as (
    select
        user_id,
        count(*) filter (position - nth_watched < $depth) as watched_count
    from watched
    group by user_id
)

select
    users.user_id,
    places.video_id,
    hash(users.user_id, places.video_id, $seed) as tie_break,
    -places.position as score
from staging.stg_users as users
left join passed on users.user_id = passed.user_id
inner join judge_order as places
    on places.position <= $depth + coalesce(passed.watched_count, 0)
where
    not exists (
        from training.als_confidences as watched
        where
            watched.user_id = users.user_id
            and watched.video_id = places.video_id
    )

-- the first ten candidates and the first ten recommendations of each of $users, and
-- what the user did with the video after the boundary
with later as (
    select
        main.user_shown(user_id) as user_id,
        main.video_shown(video_id) as video_id,
        bool_or(is_long_view) as is_long_view
    from training.interactions
    where split = 'holdout' and main.user_shown(user_id) in (select unnest($users))
    group by all
),

fresh as (
    select
        main.video_shown(videos.video_id) as video_id,
        videos.is_alive,
        videos.days_since_last_view
    from training.cutoff_videos as videos
    semi join training.cutoffs as cutoffs
        on videos.cutoff = cutoffs.cutoff and cutoffs.is_boundary
),

places as (
    select
        'candidates' as stage,
        c.user_id,
        c.rank,
        c.video_id,
        r.rank as other_rank,
        c.source,
        c.score as value
    from ml.candidates as c
    left join ml.recommendations as r
        on
            c.run_id = r.run_id
            and c.user_id = r.user_id
            and c.video_id = r.video_id
    where c.run_id = $run_id and c.rank <= 10 and c.user_id in (select unnest($users))

    union all

    select
        'final' as stage,
        user_id,
        rank,
        video_id,
        candidate_rank as other_rank,
        candidate_source as source,
        predicted_watch_ratio as value
    from ml.recommendations
    where run_id = $run_id and rank <= 10 and user_id in (select unnest($users))
)

select
    places.*,
    fresh.is_alive,
    fresh.days_since_last_view,
    v.caption,
    v.tags,
    v.duration_s,
    case
        when later.is_long_view then 'long'
        when later.video_id is not null then 'seen'
    end as afterwards
from places
left join main.videos as v on places.video_id = v.video_id
left join fresh on places.video_id = fresh.video_id
left join later on places.user_id = later.user_id and places.video_id = later.video_id
order by places.user_id, places.stage, places.rank

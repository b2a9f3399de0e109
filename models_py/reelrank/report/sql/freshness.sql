-- one row per (what, dimension, bucket): the share of new views after the boundary, of
-- the candidates and of the recommended top 10 that goes to videos of an age, or last
-- viewed a while before the boundary
with boundary as (
    select
        main.video_shown(videos.video_id) as video_id,
        coalesce(videos.age_days, videos.days_since_first_view) as age_days,
        videos.days_since_last_view
    from training.cutoff_videos as videos
    semi join training.cutoffs as cutoffs
        on videos.cutoff = cutoffs.cutoff and cutoffs.is_boundary
),

places as (
    select
        'watched' as what,
        main.video_shown(events.video_id) as video_id,
        count(*) as place_count
    from training.interactions as events
    anti join training.als_confidences as before
        on events.user_id = before.user_id and events.video_id = before.video_id
    where events.split = 'holdout'
    group by events.video_id

    union all

    select
        'candidates' as what,
        video_id,
        count(*) as place_count
    from ml.candidates
    where run_id = $run_id
    group by video_id

    union all

    select
        'top_10' as what,
        video_id,
        count(*) as place_count
    from ml.recommendations
    where run_id = $run_id and rank <= 10
    group by video_id
),

described as (
    select
        places.what,
        places.place_count,
        case
            when boundary.video_id is null then 'after it'
            when boundary.age_days < 2 then '0–1'
            when boundary.age_days < 8 then '2–7'
            when boundary.age_days < 31 then '8–30'
            else 'over 30'
        end as age,
        case
            when boundary.video_id is null or boundary.days_since_last_view is null
                then 'never'
            when boundary.days_since_last_view < 1 then 'under 1'
            when boundary.days_since_last_view < 3 then '1–3'
            when boundary.days_since_last_view < 21 then '3–21'
            else 'over 21'
        end as last_view
    from places
    left join boundary on places.video_id = boundary.video_id
),

long as (
    select
        what,
        dimension,
        bucket,
        sum(place_count) as place_count
    from described
    unpivot (bucket for dimension in (age, last_view))
    group by what, dimension, bucket
)

select
    what,
    dimension,
    bucket,
    place_count / sum(place_count) over (partition by what, dimension) as share
from long
order by what, dimension, bucket

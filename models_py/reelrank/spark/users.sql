-- one row per user: the vector of ALS, null where it knows none, and the videos watched
with everybody as (
    select user_id from staging.stg_users
    union distinct
    select user_id from training.als_confidences
),

watched as (
    select
        everybody.user_id,
        collect_list(als_confidences.video_id) as watched
    from everybody
    left join training.als_confidences on everybody.user_id = als_confidences.user_id
    group by everybody.user_id
)

select
    watched.user_id,
    user_factors.features,
    watched.watched
from watched
left join user_factors on watched.user_id = user_factors.id

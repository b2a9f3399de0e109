-- one row of scored_pairs of the users $first_user to $last_user, as of the boundary;
-- a video whose length is unknown gets the median length
with median_length as (
    select cast(round(median(video_duration_ms)) as integer) as video_duration_ms
    from features.video_profiles
)

select
    scored_pairs.user_id,
    scored_pairs.video_id,
    split_boundary.boundary_at as event_at,
    split_boundary.boundary_on as event_on,
    split_boundary.boundary_on as as_of_date,
    coalesce(
        video_profiles.video_duration_ms, median_length.video_duration_ms, 10000
    ) as video_duration_ms,
    cast(coalesce(als_confidences.watch_count, 0) as float) as pair_watch_count
from scored_pairs
cross join training.split_boundary
cross join median_length
left join features.video_profiles
    on scored_pairs.video_id = video_profiles.video_id
left join training.als_confidences
    on
        scored_pairs.user_id = als_confidences.user_id
        and scored_pairs.video_id = als_confidences.video_id
where scored_pairs.user_id between $first_user and $last_user

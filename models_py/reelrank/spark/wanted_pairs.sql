-- one row per candidate, as of the boundary; a video whose length is unknown gets the
-- median length
with median_length as (
    select cast(round(median(video_duration_ms)) as integer) as video_duration_ms
    from features.video_profiles
)

select
    candidates.user_id,
    candidates.video_id,
    split_boundary.boundary_at as event_at,
    split_boundary.boundary_on as event_on,
    split_boundary.boundary_on as as_of_date,
    coalesce(
        video_profiles.video_duration_ms, median_length.video_duration_ms, 10000
    ) as video_duration_ms,
    cast(coalesce(als_confidences.watch_count, 0) as float) as pair_watch_count
from ml.candidates
cross join training.split_boundary
cross join median_length
left join features.video_profiles
    on candidates.video_id = video_profiles.video_id
left join training.als_confidences
    on
        candidates.user_id = als_confidences.user_id
        and candidates.video_id = als_confidences.video_id
where candidates.run_id = $run_id

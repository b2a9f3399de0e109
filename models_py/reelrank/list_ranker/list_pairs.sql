-- one row per candidate of cut-off $cutoff, as the moment at which it would be shown; a
-- video whose length is unknown gets the median length
create or replace temp table list_pairs as
with median_length as (
    select cast(round(median(video_duration_ms)) as integer) as video_duration_ms
    from features.video_profiles
)

select
    candidates.* exclude (source),
    cutoffs.cutoff,
    cutoffs.cutoff_at as event_at,
    cutoffs.as_of_date,
    coalesce(
        video_profiles.video_duration_ms, median_length.video_duration_ms, 10000
    ) as video_duration_ms,
    cast(0 as float) as pair_watch_count
from query_table($candidates) as candidates
cross join training.cutoffs
cross join median_length
left join features.video_profiles
    on candidates.video_id = video_profiles.video_id
where cutoffs.cutoff = $cutoff

-- one row per event of train from $first_day to $last_day, drawn by a hash of event and seed;
-- drawn before features are joined, as DuckDB would join them first
create or replace temp table sampled_moments as
from training.ranker_moments
where
    dataset = 'train'
    and as_of_date between $first_day and $last_day
    and hash(hash(user_id, video_id, event_at) // 2 + $seed) >> 32 < $sample_below

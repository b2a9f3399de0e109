-- one row per event of train from $start to before $end (or to the end of train where
-- it is null), drawn by a hash of event and seed; drawn before features are joined, as
-- DuckDB would join them first
create or replace temp table sampled_moments as
from training.ranker_moments
where
    dataset = 'train'
    and event_unix_ms >= $start
    and event_unix_ms < coalesce($end, 9223372036854775807)
    and hash(hash(user_id, video_id, event_at) // 2 + $seed) >> 32 < $sample_below

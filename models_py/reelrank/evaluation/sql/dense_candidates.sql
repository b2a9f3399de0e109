-- one row per (user, rank): what one proposer picks among a user's dense pairs
create or replace temp table judge_dense_candidates as
select
    user_id,
    video_id,
    rank
from run_dense_candidates
where model = $model

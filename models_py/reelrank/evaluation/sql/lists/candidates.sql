-- the lists of one proposer, as it ordered them
create or replace temp table judge_list as
select
    user_id,
    video_id,
    hash(user_id, video_id, $seed) as tie_break,
    -rank as score
from run_candidates
where model = $model

-- the ranker's order of the candidates that stage one picks among a user's dense pairs
create or replace temp view judge_scores as
select
    rows.* replace ('dense_end_to_end' as protocol),
    rows.score_watch_ratio as score
from judge_rows as rows
inner join judge_dense_candidates as candidates
    on rows.user_id = candidates.user_id and rows.video_id = candidates.video_id
where rows.protocol = 'dense'

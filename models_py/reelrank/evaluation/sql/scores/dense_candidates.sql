-- one proposer's order of a user's dense pairs; what it did not pick comes nowhere
create or replace temp view judge_scores as
select
    rows.* replace ('dense_end_to_end' as protocol),
    -candidates.rank as score
from judge_rows as rows
inner join judge_dense_candidates as candidates
    on rows.user_id = candidates.user_id and rows.video_id = candidates.video_id
where rows.protocol = 'dense'

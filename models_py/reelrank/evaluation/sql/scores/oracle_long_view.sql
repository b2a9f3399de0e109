-- the true probability behind the simulated data: nothing that sees no outcome ranks
-- better
create or replace temp view judge_scores as
select
    rows.*,
    truth.probability_long_view as score
from judge_rows as rows
inner join judge_truth as truth on rows.row_id = truth.row_id

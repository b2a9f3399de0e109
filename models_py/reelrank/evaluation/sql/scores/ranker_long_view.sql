-- what the ranker orders relevance long_view by
create or replace temp view judge_scores as
select
    *,
    score_long_view as score
from judge_rows

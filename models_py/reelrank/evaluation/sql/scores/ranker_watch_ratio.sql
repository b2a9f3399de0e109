-- what the ranker orders relevance watch_ratio > 1 by
create or replace temp view judge_scores as
select
    *,
    score_watch_ratio as score
from judge_rows

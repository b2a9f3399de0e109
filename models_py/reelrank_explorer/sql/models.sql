-- models of a run with values per user in a protocol
select model
from ml.user_metrics
where
    run_id = $run_id
    and protocol = $protocol
    and relevance = $relevance
    and k = 10
group by model
order by
    list_position(['two_stage', 'ranker', 'als'], model) asc nulls last,
    avg(ndcg) desc

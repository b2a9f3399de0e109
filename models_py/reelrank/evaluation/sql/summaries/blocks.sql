-- one row per (protocol, relevance) of a run
select
    protocol,
    relevance
from judge_user_metrics
where run_id = $run_id
group by protocol, relevance
order by protocol, relevance

-- one row per (protocol, relevance, user, k) of the current model
-- sums run over decimals: exact, so the same for any number of threads
insert into run_user_metrics by name
with cutoffs as (
    select unnest($cutoffs) as k
),

reached as (
    select
        hits.protocol,
        hits.relevance,
        hits.user_id,
        cutoffs.k,
        count(*) as hit_count,
        min(hits.rank) as first_rank,
        sum(cast(1 / log2(hits.rank + 1) as decimal(18, 15))) as gain,
        sum(cast(hits.hit_number / hits.rank as decimal(18, 15))) as precision_sum
    from judge_hits as hits
    inner join cutoffs on hits.rank <= cutoffs.k
    group by all
),

asked as (
    select
        relevant.*,
        cutoffs.k
    from judge_relevant as relevant
    cross join cutoffs
    where
        list_contains($relevances, relevant.relevance)
        and list_contains($protocols, relevant.protocol)
)

select
    $run_id as run_id,
    asked.protocol,
    asked.relevance,
    $model as model,
    asked.user_id,
    asked.k,
    asked.relevant_count,
    coalesce(reached.hit_count, 0) / asked.k as precision,
    coalesce(reached.hit_count, 0) / asked.relevant_count as recall,
    coalesce(reached.gain, 0) / ideal.ideal_gain as ndcg,
    coalesce(reached.precision_sum, 0) / asked.relevant_count as map,
    coalesce(1 / reached.first_rank, 0) as mrr,
    if(reached.hit_count > 0, 1, 0) as hit_rate
from asked
inner join judge_ideal as ideal
    on ideal.n = least(asked.relevant_count, asked.k)
left join reached
    on
        asked.protocol = reached.protocol
        and asked.relevance = reached.relevance
        and asked.user_id = reached.user_id
        and asked.k = reached.k

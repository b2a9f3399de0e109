-- one row per (protocol, relevance) that a model was judged in: its headline at 10, its
-- place among the models, and the best of the others that does not know the truth
with mine as (
    select *
    from run_metrics
    where metric in ('ndcg', 'true_chance') and k = 10
),

compared as (
    select compared.*
    from run_comparisons as compared
    inner join mine
        on
            compared.protocol = mine.protocol
            and compared.relevance = mine.relevance
            and compared.metric = mine.metric
            and compared.model = mine.model
    where
        compared.k = 10
        and compared.baseline not in ('oracle', 'oracle_alive', 'learnable_bound')
),

others as (
    select
        protocol,
        relevance,
        count(*) + 1 as model_count,
        count(*) filter (difference < 0) + 1 as place,
        min_by(baseline, difference) as best_other,
        min(difference) as difference,
        min_by(ci_low, difference) as difference_low,
        min_by(ci_high, difference) as difference_high
    from compared
    group by protocol, relevance
)

select
    mine.protocol,
    mine.relevance,
    mine.metric,
    mine.value,
    mine.ci_low,
    mine.ci_high,
    mine.user_count,
    others.* exclude (protocol, relevance)
from mine
left join others
    on mine.protocol = others.protocol and mine.relevance = others.relevance
order by mine.protocol, mine.relevance

-- one row per metric: two models on the users they share, B minus A
with valued as (
    unpivot (
        select
            run_id,
            model,
            user_id,
            ndcg,
            precision,
            recall,
            hit_rate
        from ml.user_metrics
        where
            protocol = $protocol
            and relevance = $relevance
            and k = 10
            and (
                (run_id = $run_a and model = $model_a)
                or (run_id = $run_b and model = $model_b)
            )
    )
    on ndcg, precision, recall, hit_rate
    into name metric value amount
),

paired as (
    select
        one.metric,
        cast(one.amount as double) as a,
        cast(other.amount as double) as b
    from valued as one
    inner join valued as other
        on one.user_id = other.user_id and one.metric = other.metric
    where
        (one.run_id, one.model) = ($run_a, $model_a)
        and (other.run_id, other.model) = ($run_b, $model_b)
)

select
    metric,
    round(avg(a), 4) as a,
    round(avg(b), 4) as b,
    round(avg(b - a), 4) as difference,
    round(avg(b - a) - 1.96 * stddev_samp(b - a) / sqrt(count(*)), 4) as ci_low,
    round(avg(b - a) + 1.96 * stddev_samp(b - a) / sqrt(count(*)), 4) as ci_high,
    count(*) as users
from paired
group by metric
order by metric

-- one row per figure of a model: over simulation seeds, over training seeds, over users
with figures as (
    select
        *,
        (ci_high - ci_low) / 2 as half_interval
    from read_json($pieces)
    where
        protocol in ('dense', 'dense_test', 'holdout', 'end_to_end', 'end_to_end_truth')
        and (
            (metric in ('ndcg', 'true_chance') and k = 10)
            or (metric = 'candidate_recall' and k = 500)
            or metric = 'mae'
        )
),

logs as (
    select
        scale,
        preset,
        protocol,
        relevance,
        metric,
        k,
        model,
        seed,
        avg(value) as mean,
        stddev_samp(value) as between_fits,
        avg(half_interval) as over_users,
        count(*) as fits
    from figures
    group by all
),

runs as (
    select
        array_to_string(list_sort(list(distinct seed)), ', ') as seeds,
        array_to_string(list_sort(list(distinct training_seed)), ', ') as training_seeds,
        array_to_string(list_sort(list(distinct commit)), ', ') as commits,
        array_to_string(
            list_sort(list(distinct seed || '/' || training_seed)), ', '
        ) as runs
    from figures
),

-- rounded, as the last bits of a mean depend on the order of its rows
models as (
    select
        scale,
        preset,
        protocol,
        relevance,
        metric,
        k,
        model,
        round(avg(mean), 10) as mean,
        round(stddev_samp(mean), 10) as between_logs,
        round(avg(between_fits), 10) as between_fits,
        round(avg(over_users), 10) as over_users,
        cast(sum(fits) as integer) as fits
    from logs
    group by all
)

select *
from models
cross join runs
order by protocol, relevance, metric, k, if(metric = 'mae', mean, -mean), model

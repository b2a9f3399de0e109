-- every model and baseline of the latest run, per question, with 95 % intervals over
-- users; is_best: the best, or tied with it, since the interval of their paired
-- difference holds 0. Oracles know the truth, so they do not compete. Beside what was
-- fitted is what the fit took.
{{ config(parameters=['k := 10']) }}
with listed as (
    select
        l.data_source as data,
        m.protocol,
        m.relevance,
        m.model,
        max(m.value) filter (m.metric = 'ndcg') as ndcg,
        max(m.ci_low) filter (m.metric = 'ndcg') as ndcg_low,
        max(m.ci_high) filter (m.metric = 'ndcg') as ndcg_high,
        max(m.value) filter (m.metric = 'true_chance') as true_chance,
        max(m.value) filter (m.metric = 'precision') as precision,
        max(m.value) filter (m.metric = 'recall') as recall,
        max(m.value) filter (m.metric = 'hit_rate') as hit_rate,
        max(m.user_count) as users,
        l.run_id,
        coalesce(ndcg, true_chance) as headline
    from {{ source('ml', 'metrics') }} as m
    inner join {{ source('ml', 'latest_run') }} as l on m.run_id = l.run_id
    where
        m.run_id = {{ latest_run_id() }}
        and m.k = k
        and m.relevance <> 'none'
        and m.metric in ('ndcg', 'true_chance', 'precision', 'recall', 'hit_rate')
    group by l.data_source, l.run_id, m.protocol, m.relevance, m.model
),

best as (
    select
        x.protocol,
        x.relevance,
        arg_max(x.model, x.headline) as model
    from listed as x
    where x.model not in ('oracle', 'oracle_alive')
    group by x.protocol, x.relevance
)

select
    x.data,
    x.protocol,
    x.relevance,
    x.model,
    round(x.ndcg, 4) as ndcg,
    round(x.ndcg_low, 4) as ndcg_low,
    round(x.ndcg_high, 4) as ndcg_high,
    round(x.true_chance, 4) as true_chance,
    x.model = b.model or coalesce(c.ci_low <= 0 and c.ci_high >= 0, false) as is_best,
    round(x.precision, 4) as precision,
    round(x.recall, 4) as recall,
    round(x.hit_rate, 4) as hit_rate,
    x.users,
    round(f.fit_minutes, 2) as fit_minutes,
    round(f.peak_mb) as peak_mb,
    round(f.size_mb, 2) as size_mb,
    x.run_id
from listed as x
left join best as b on x.protocol = b.protocol and x.relevance = b.relevance
left join {{ source('ml', 'costs') }} as f
    on x.run_id = f.run_id and x.model = f.model
left join {{ source('ml', 'comparisons') }} as c
    on
        x.run_id = c.run_id
        and x.protocol = c.protocol
        and x.relevance = c.relevance
        and b.model = c.model
        and x.model = c.baseline
        and c.metric in ('ndcg', 'true_chance')
        and c.k = k
order by
    array_position(
        [
            'end_to_end', 'end_to_end_truth', 'dense_test', 'dense', 'dense_tune',
            'dense_end_to_end', 'holdout', 'holdout_with_repeats',
        ],
        x.protocol
    ),
    x.relevance asc,
    x.headline desc nulls last,
    x.model asc

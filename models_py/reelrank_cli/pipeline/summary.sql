-- one row per (model, protocol, relevance): nDCG@10 of a run with its 95 % interval,
-- how well taste is known; models that only vary these, and all lists of the
-- catalogue, are in leaderboard(); an order is shown only where another scores otherwise
select
    model,
    protocol,
    relevance,
    value,
    ci_low,
    ci_high
from ml.metrics
where
    run_id = $run_id
    and metric = 'ndcg'
    and k = 10
    and protocol in ('dense_test', 'dense', 'holdout', 'dense_end_to_end')
    and relevance in ('long_view', 'watch_ratio_above_1')
    and model not in (
        'blend', 'ranker_over_everything', 'ranker_debiased', 'newest_first'
    )
    and not regexp_matches(model, '_[137]d$')
qualify
    max(value) over (partition by protocol, relevance) > 1e-9
    + min(value) over (partition by protocol, relevance)
order by all

-- one row: whether the true probabilities explain the outcomes better than their mean
-- does (mean log likelihood of watch_ratio > 1)
with bounded as (
    select
        rows.is_liked,
        greatest(least(truth.probability_watch_ratio, 0.999999), 0.000001) as probability,
        greatest(least(avg(cast(rows.is_liked as integer)) over (), 0.999999), 0.000001)
            as mean_liked
    from judge_rows as rows
    inner join judge_truth as truth on rows.row_id = truth.row_id
    where rows.protocol in ('dense', 'holdout')
)

select
    coalesce(
        avg(ln(if(is_liked, probability, 1 - probability)))
        >= avg(ln(if(is_liked, mean_liked, 1 - mean_liked))),
        false
    ) as fits
from bounded

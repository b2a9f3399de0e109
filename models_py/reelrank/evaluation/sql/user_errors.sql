-- one row per (protocol, model, user): errors of the predicted watch_ratio
insert into run_user_errors by name
with predicted as (
    select
        rows.protocol,
        rows.user_id,
        rows.watch_ratio,
        cast(rows.predicted_watch_ratio as double) as ranker,
        coalesce(stats.median_watch_ratio, train.median_watch_ratio) as median_per_video,
        train.median_watch_ratio as global_median
    from judge_rows as rows
    cross join judge_train_stats as train
    left join judge_video_stats as stats on rows.video_id = stats.video_id
    where rows.protocol in ('dense', 'holdout')
),

errors as (
    select
        protocol,
        user_id,
        model,
        cast(abs(predicted - watch_ratio) as decimal(38, 9)) as absolute_error,
        cast((predicted - watch_ratio) ** 2 as decimal(38, 9)) as squared_error
    from predicted
    unpivot (predicted for model in (ranker, median_per_video, global_median))
)

select
    $run_id as run_id,
    protocol,
    model,
    user_id,
    count(*) as row_count,
    sum(absolute_error) / count(*) as mae,
    sqrt(sum(squared_error) / count(*)) as rmse
from errors
group by protocol, model, user_id

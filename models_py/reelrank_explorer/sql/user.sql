-- one row: what the log knew of a user before the boundary, and how the list did then
select
    count(*) as views,
    avg(cast(is_long_view as integer)) as long_view_share,
    (
        select any_value(ndcg) from ml.user_metrics
        where
            run_id = $run_id
            and user_id = main.as_user_id($user_id)
            and protocol = 'end_to_end'
            and relevance = 'long_view'
            and model = 'two_stage'
            and k = 10
    ) as ndcg
from training.interactions
where split = 'train' and user_id = main.user_key($user_id)

-- one row per (protocol, model, fifth of the users by views before the boundary):
-- nDCG@10 on long views, with a normal 95 % interval over the users of the fifth
with views as (
    select
        user_id,
        count(*) filter (split = 'train') as train_views
    from training.interactions
    group by user_id
),

users as (
    select
        main.user_shown(u.user_id) as user_id,
        coalesce(views.train_views, 0) as train_views,
        ntile(5) over (order by coalesce(views.train_views, 0), u.user_id) as fifth
    from staging.stg_users as u
    left join views on u.user_id = views.user_id
),

ranges as (
    select
        fifth,
        '≤ ' || max(train_views) as views
    from users
    group by fifth
)

select
    m.protocol,
    m.model,
    users.fifth,
    any_value(ranges.views) as views,
    count(*) as user_count,
    avg(m.ndcg) as value,
    value - 1.96 * coalesce(stddev_samp(m.ndcg), 0) / sqrt(count(*)) as ci_low,
    value + 1.96 * coalesce(stddev_samp(m.ndcg), 0) / sqrt(count(*)) as ci_high
from ml.user_metrics as m
inner join users on m.user_id = users.user_id
inner join ranges on users.fifth = ranges.fifth
where
    m.run_id = $run_id
    and m.relevance = 'long_view'
    and m.k = 10
    and m.protocol in ('holdout', 'end_to_end')
    and m.model in ('ranker', 'two_stage', 'als', 'best_received', 'random')
group by m.protocol, m.model, users.fifth
order by m.protocol, m.model, users.fifth

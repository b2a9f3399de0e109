-- Whom does the recommender fail, and what have they in common?
-- Users by how active they were before the boundary: nDCG@10 of the two-stage list, and
-- the share of users whose list held nothing that they then watched for long.
with history as (
    select
        main.user_shown(user_id) as user_id,
        count(*) filter (split = 'train') as views
    from training.interactions
    group by user_id
),

judged as (
    select
        m.user_id,
        m.ndcg,
        m.hit_rate,
        ntile(5) over (order by coalesce(h.views, 0), m.user_id) as fifth,
        coalesce(h.views, 0) as views
    from ml.user_metrics as m
    inner join ml.latest_run as l on m.run_id = l.run_id
    left join history as h on m.user_id = h.user_id
    where
        m.protocol = 'end_to_end'
        and m.relevance = 'long_view'
        and m.model = 'two_stage'
        and m.k = 10
)

select
    min(views) || ' to ' || max(views) as views_before_boundary,
    count(*) as users,
    round(avg(ndcg), 4) as mean_ndcg,
    round(avg((hit_rate = 0)::integer), 3) as share_without_a_hit,
    (select s.label from staging.data_source as s) as data
from judged
group by fifth
order by fifth;

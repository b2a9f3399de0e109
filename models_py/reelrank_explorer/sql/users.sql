-- 20 users of a kind
with served as (
    select
        main.user_key(user_id) as user_id,
        ndcg
    from ml.user_metrics
    where
        run_id = $run_id
        and protocol = 'end_to_end'
        and relevance = 'long_view'
        and model = 'two_stage'
        and k = 10
),

views as (
    select
        user_id,
        sum(watch_count) as view_count
    from training.als_confidences
    group by user_id
)

select main.user_shown(people.user_id) as user_id
from staging.stg_users as people
left join views on people.user_id = views.user_id
left join served on people.user_id = served.user_id
where $kind not in ('best served', 'worst served') or served.ndcg is not null
order by
    case $kind
        when 'most active' then -coalesce(views.view_count, 0)
        when 'cold' then coalesce(views.view_count, 0)
        when 'best served' then -served.ndcg
        when 'worst served' then served.ndcg
        else hash(people.user_id)
    end asc,
    people.user_id asc
limit 20

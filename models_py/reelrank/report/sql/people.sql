-- ten users, drawn by a hash of their id, not by the quality of their lists
with watched as (
    select
        user_id,
        count(*) as views
    from training.interactions
    where split = 'train'
    group by user_id
)

select
    r.user_id,
    any_value(u.user_active_degree) as activity,
    any_value(u.register_days) as register_days,
    any_value(watched.views) as views
from ml.recommendations as r
inner join staging.stg_users as u on main.user_key(r.user_id) = u.user_id
left join watched on u.user_id = watched.user_id
where r.run_id = $run_id and r.rank = 1
group by r.user_id
order by hash(r.user_id, 'ten users'), r.user_id
limit 10

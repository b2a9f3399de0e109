-- the last ten videos that each of $users watched for long before the boundary
with views as (
    select
        i.user_id,
        i.video_id,
        max(i.event_at) as event_at,
        arg_max(i.watch_ratio, i.event_at) as watch_ratio
    from training.interactions as i
    where
        i.split = 'train'
        and i.is_long_view
        and main.user_shown(i.user_id) in (select unnest($users))
    group by i.user_id, i.video_id
    qualify row_number() over (
        partition by i.user_id order by max(i.event_at) desc, i.video_id asc
    ) <= 10
)

select
    main.user_shown(views.user_id) as user_id,
    row_number() over (
        partition by views.user_id order by views.event_at desc, views.video_id asc
    ) as rank,
    main.video_shown(views.video_id) as video_id,
    v.caption,
    v.tags,
    v.duration_s,
    views.watch_ratio as value
from views
left join main.videos as v on main.video_shown(views.video_id) = v.video_id
order by views.user_id, rank

-- the last 1,500 views of a user before the boundary
select
    log.event_at,
    main.video_shown(log.video_id) as video_id,
    videos.caption,
    least(log.watch_ratio, 5) as watch_ratio,
    if(log.is_long_view, 'long view', 'other view') as kind
from training.interactions as log
left join main.videos as videos on main.video_shown(log.video_id) = videos.video_id
where log.split = 'train' and log.user_id = main.user_key($user_id)
order by log.event_at desc
limit 1500

-- Which videos do people come back to?
-- Videos of at least 20 viewers by the share of views that are somebody's second or
-- later.
select
    v.video_id,
    v.caption,
    v.category,
    count(distinct i.user_id) as viewers,
    count(*) as views,
    round(avg((i.nth_watch > 1)::integer), 3) as share_seen_again,
    max(i.nth_watch) as most_by_one_user,
    (select s.label from staging.data_source as s) as data
from training.interactions as i
left join main.videos as v on main.video_shown(i.video_id) = v.video_id
group by v.video_id, v.caption, v.category
having viewers >= 20
order by share_seen_again desc, v.video_id asc
limit 20;

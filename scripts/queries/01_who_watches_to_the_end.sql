-- Who watches to the end?
-- Users of at least 50 views by their share of long views: views longer than four in
-- five of all views of videos of similar length. So length by itself makes nobody a
-- patient user.
select
    main.user_shown(i.user_id) as user_id,
    count(*) as views,
    round(avg(i.is_long_view::integer), 3) as long_view_share,
    round(avg((i.watch_ratio > 1)::integer), 3) as looped_share,
    round(median(i.play_duration_ms) / 1000, 1) as median_seconds,
    any_value(u.user_active_degree) as activity,
    (select s.label from staging.data_source as s) as data
from training.interactions as i
inner join staging.stg_users as u on i.user_id = u.user_id
group by i.user_id
having count(*) >= 50
order by long_view_share desc, i.user_id asc
limit 20;

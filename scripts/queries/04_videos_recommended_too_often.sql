-- Which videos are recommended too much?
-- Share of all users who get the video in their top 10, against its share among the
-- views after which it was recommended. Many users and few long views: look at it.
with listed as (
    select
        r.video_id,
        count(*) as lists,
        count(*) / (select count(*) from staging.stg_users) as share_of_users
    from ml.recommendations as r
    inner join ml.latest_run as l on r.run_id = l.run_id
    where r.rank <= 10
    group by r.video_id
),

received as (
    select
        main.video_shown(i.video_id) as video_id,
        count(*) as views,
        avg(i.is_long_view::integer) as long_view_share
    from training.interactions as i
    where i.split = 'train'
    group by i.video_id
)

select
    listed.video_id,
    v.caption,
    listed.lists,
    round(listed.share_of_users, 3) as share_of_users,
    received.views,
    round(received.long_view_share, 3) as long_view_share,
    (select s.label from staging.data_source as s) as data
from listed
left join received on listed.video_id = received.video_id
left join main.videos as v on listed.video_id = v.video_id
order by listed.lists desc, listed.video_id asc
limit 20;

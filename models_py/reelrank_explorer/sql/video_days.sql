-- one row per day on which a video was watched
select
    cast(event_on as timestamp) as day,
    count(*) as views
from training.interactions
where video_id = main.video_key($video_id)
group by event_on
order by event_on

-- one row per age of a video in days: how it was received
with views as (
    select
        event_on,
        cast(is_long_view as integer) as is_long,
        min(event_on) over () as first_on
    from training.interactions
    where video_id = main.video_key($video_id)
)

select
    event_on - first_on as age_days,
    avg(is_long) as long_view_share,
    count(*) as views
from views
group by age_days
order by age_days

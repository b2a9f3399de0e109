-- When do people watch, and when do they stay?
-- Views by hour of local time, with a bar to look at.
select
    hour(event_at) as hour_of_day,
    count(*) as views,
    bar(count(*), 0, max(count(*)) over (), 30) as share_of_busiest,
    round(median(play_duration_ms) / 1000, 2) as median_seconds,
    round(avg(is_long_view::integer), 3) as long_view_share,
    (select s.label from staging.data_source as s) as data
from training.interactions
group by hour_of_day
order by hour_of_day;

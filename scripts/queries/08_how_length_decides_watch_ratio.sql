-- How much of watch_ratio is only the length of the video?
-- People watch for about the same time whatever the length, so the share of watch_ratio
-- > 1 falls with length while the share of long views stays level. That is why there
-- are both.
select
    floor(log2(video_duration_ms / 1000))::integer as doubling,
    round(min(video_duration_ms) / 1000, 1) || ' to '
    || round(max(video_duration_ms) / 1000, 1) || ' s' as length,
    count(*) as views,
    round(median(play_duration_ms) / 1000, 2) as median_seconds,
    round(avg((watch_ratio > 1)::integer), 3) as share_above_one,
    round(avg(is_long_view::integer), 3) as long_view_share,
    (select s.label from staging.data_source as s) as data
from training.interactions
where video_duration_ms > 0
group by doubling
order by doubling;

-- one row per (protocol, length class): quantiles of predicted minus observed
-- watch_ratio, observed clipped at 5; classes of a factor 1.33 in length, of 30 events
-- or more
select
    protocol,
    floor(ln(video_duration_ms / 1000) / ln(1.3334))::integer as length_class,
    exp(avg(ln(video_duration_ms / 1000))) as seconds,
    count(*) as events,
    quantile_cont(
        predicted_watch_ratio - least(watch_ratio, 5), [0.1, 0.25, 0.5, 0.75, 0.9]
    ) as quantiles,
    avg(abs(predicted_watch_ratio - least(watch_ratio, 5))) as mae
from ml.predictions
where run_id = $run_id and video_duration_ms >= 1000
group by protocol, length_class
having count(*) >= 30
order by protocol, length_class

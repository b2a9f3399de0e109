-- Where is the model wrong?
-- Error of the predicted watch_ratio by length of the video, holdout events of the
-- latest run. Bias above 0: predicted too high. Ratios count up to 5, as a few loops of
-- minutes would drown the rest.
with judged as (
    select
        p.video_duration_ms / 1000 as seconds,
        least(p.watch_ratio, 5) as observed,
        p.predicted_watch_ratio as predicted
    from ml.predictions as p
    inner join ml.latest_run as l on p.run_id = l.run_id
    where p.protocol = 'holdout'
)

select
    case
        when seconds < 5 then '  under 5 s'
        when seconds < 10 then ' 5 to 10 s'
        when seconds < 20 then '10 to 20 s'
        when seconds < 60 then '20 to 60 s'
        else '60 s and more'
    end as length,
    count(*) as events,
    round(avg(observed), 3) as observed,
    round(avg(predicted), 3) as predicted,
    round(avg(predicted - observed), 3) as bias,
    round(avg(abs(predicted - observed)), 3) as mean_absolute_error,
    (select s.label from staging.data_source as s) as data
from judged
group by length
order by min(seconds);

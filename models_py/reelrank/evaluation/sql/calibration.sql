-- one row per bin of one protocol and head: predicted against observed, bins of equal
-- size
insert into run_calibration by name
with predicted as (
    select
        if($head = 'long_view', predicted_long_view, predicted_watch_ratio) as predicted,
        if($head = 'long_view', cast(is_long_view as integer), watch_ratio) as observed,
        tie_break
    from judge_rows
    where protocol = $protocol and predicted is not null
),

binned as (
    select
        predicted,
        observed,
        ntile($bins) over (order by predicted, tie_break) as bin
    from predicted
)

select
    $run_id as run_id,
    $protocol as protocol,
    $head as head,
    bin,
    count(*) as row_count,
    sum(cast(predicted as decimal(18, 9))) / count(*) as mean_predicted,
    sum(cast(observed as decimal(18, 9))) / count(*) as mean_observed,
    median(observed) as median_observed
from binned
group by bin

-- one row per (protocol, head, bin): mean prediction against what happened
select
    protocol,
    head,
    bin,
    row_count,
    mean_predicted,
    mean_observed,
    median_observed
from ml.calibration
where run_id = $run_id
order by protocol, head, bin

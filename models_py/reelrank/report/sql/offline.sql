-- one row per (relevance, way): how far what the log alone says agrees with the answers
select * exclude (run_id)
from ml.offline_verdicts
where run_id = $run_id and relevance = 'long_view'
order by kendall desc

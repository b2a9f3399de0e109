-- the run's own weight of the log chance of a long view in its lists
select coalesce(max(chance_weight), 0) as chance_weight
from ml.models
where run_id = $run_id and head = 'list_long_view'

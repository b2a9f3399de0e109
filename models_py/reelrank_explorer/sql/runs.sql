-- runs of the database, the latest first
select run_id
from ml.runs
order by finished_at desc, run_id desc

-- one row: the run published last, as latest.py says too
create or replace view ml.latest_run as
select * from ml.runs
order by finished_at desc, run_id desc
limit 1

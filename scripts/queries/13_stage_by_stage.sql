-- How much is lost at each stage?
-- Of all videos that users watched for long after the boundary: what each first stage
-- found among its first k, and what the two stages together put into the first k of the
-- list.
select
    m.metric,
    m.model,
    round(max(m.value) filter (m.k = 50), 4) as at_50,
    round(max(m.value) filter (m.k = 100), 4) as at_100,
    round(max(m.value) filter (m.k = 250), 4) as at_250,
    round(max(m.value) filter (m.k = 500), 4) as at_500,
    (select s.label from staging.data_source as s) as data
from ml.metrics as m
inner join ml.latest_run as l on m.run_id = l.run_id
where
    m.protocol = 'end_to_end'
    and m.relevance = 'long_view'
    and m.metric in ('candidate_recall', 'recall')
group by m.metric, m.model
order by m.metric asc, at_250 desc nulls last, m.model asc;

-- The log means what it should: see log_findings, whose errors say what to do instead.
select * from {{ ref('log_findings') }}
where severity = 'error'

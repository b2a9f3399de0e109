-- one row per file of the source: what was read and what became of it
select
    file,
    rows_read,
    rows_kept,
    rows_watched_again,
    rows_duplicate,
    rows_rejected,
    users,
    videos,
    first_event_at::date::varchar,
    last_event_at::date::varchar
from staging.load_report
order by file

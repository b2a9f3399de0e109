-- what histories are made of, from the table that variable event_table names
select
    user_id,
    event_on,
    count(*) as view_count,
    sum(watch_ratio_e4) as watch_ratio_e4
from query_table(getvariable('event_table'))
group by all

-- made-up events three times over: wide and unordered, narrow, narrow and ordered
create table events_wide as
select
    cast(hash(i, 1) % 7000 as bigint) as user_id,
    cast(hash(i, 2) % 10000 as bigint) as video_id,
    cast(1593878400000 + hash(i, 3) % 5443200000 as bigint) as event_unix_ms,
    date '2020-07-05' + cast(hash(i, 3) % 5443200000 // 86400000 as integer) as event_on,
    cast(hash(i, 4) % 50000 as bigint) as watch_ratio_e4
from (select unnest(range(getvariable('event_count'))) as i) as numbers;

create table events_narrow as
select
    cast(user_id as integer) as user_id,
    cast(video_id as integer) as video_id,
    event_unix_ms,
    event_on,
    cast(watch_ratio_e4 as integer) as watch_ratio_e4
from events_wide;

create table events as
select * from events_narrow
order by user_id, event_unix_ms, video_id;

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

-- the same as lines of a file; one in a thousand has no user
create table event_lines as
select
    concat_ws(
        ',',
        if(hash(user_id, event_unix_ms) % 1000 = 0, 'nobody', cast(user_id as varchar)),
        video_id, event_unix_ms, event_on, watch_ratio_e4
    ) as line
from events_wide;

create view typed_events as
with fields as (
    select string_split(line, ',') as fields
    from event_lines
)

select
    try_cast(fields[1] as integer) as user_id,
    try_cast(fields[2] as integer) as video_id,
    try_cast(fields[3] as bigint) as event_unix_ms,
    try_cast(fields[4] as date) as event_on,
    try_cast(fields[5] as integer) as watch_ratio_e4,
    case
        when user_id is null then 'user_id'
        when video_id is null then 'video_id'
        when event_unix_ms is null then 'event_unix_ms'
        when event_on is null then 'event_on'
        when watch_ratio_e4 is null then 'watch_ratio_e4'
    end as problem
from fields;

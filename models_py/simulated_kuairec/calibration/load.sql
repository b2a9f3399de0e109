-- the columns that the figures need, typed; the folder is the variable `folder`
create or replace table big as
select
    user_id,
    video_id,
    play_duration,
    video_duration,
    watch_ratio,
    date as label,
    timestamp as seen_at,
    length(time) - 20 as fraction_digits,
    strptime(date::varchar, '%Y%m%d')::date
    - epoch_ms((timestamp * 1000)::bigint + 28800000)::date as label_shift_days,
    epoch_ms(time::timestamp) = round(timestamp * 1000) + 28800000 as is_local_time
from read_csv(
    getvariable('folder') || '/big_matrix.csv',
    header = true,
    columns = {
        'user_id': 'integer',
        'video_id': 'integer',
        'play_duration': 'integer',
        'video_duration': 'integer',
        'time': 'varchar',
        'date': 'integer',
        'timestamp': 'double',
        'watch_ratio': 'double'
    }
);

create or replace table small as
select
    user_id,
    video_id,
    play_duration,
    video_duration,
    watch_ratio,
    date::double::integer as label,
    timestamp as seen_at,
    epoch_ms(time::timestamp) = round(timestamp * 1000) + 28800000 as is_local_time,
    regexp_full_match(date, '[0-9]{8}[.]0') as is_float_date
from read_csv(
    getvariable('folder') || '/small_matrix.csv',
    header = true,
    columns = {
        'user_id': 'integer',
        'video_id': 'integer',
        'play_duration': 'integer',
        'video_duration': 'integer',
        'time': 'varchar',
        'date': 'varchar',
        'timestamp': 'double',
        'watch_ratio': 'double'
    }
);

create or replace table daily as
select *
from read_csv(
    getvariable('folder') || '/item_daily_features.csv',
    header = true,
    sample_size = -1
);

create or replace table users as
select *
from read_csv(
    getvariable('folder') || '/user_features.csv',
    header = true,
    all_varchar = true
);

create or replace table categories as
select
    video_id,
    len(split(feat, ',')) as tags
from read_csv(
    getvariable('folder') || '/item_categories.csv',
    header = true,
    all_varchar = true
);

create or replace table friends as
select
    user_id,
    len(split(friend_list, ',')) as friends
from read_csv(
    getvariable('folder') || '/social_network.csv',
    header = true,
    all_varchar = true
);

-- the log without copies, in the order of time, with what was seen before
create or replace table log as
with once as (
    select distinct
        user_id,
        video_id,
        play_duration,
        video_duration,
        watch_ratio,
        seen_at
    from big
)

select
    *,
    row_number() over (order by seen_at, user_id, video_id) / count(*) over () as part,
    min(seen_at) over (partition by video_id) as video_since,
    row_number() over (partition by user_id, video_id order by seen_at) as view
from once;

-- the columns that the figures need, typed; the folder is the variable `folder`
create or replace macro file(name) as getvariable('folder') || '/' || name;
create or replace macro share_of(condition) as avg(condition::integer);
-- a map, whose keys end the names of the figures; of no rows its values are null
create or replace macro quantiles(x) as map(
    ['0', '1', '5', '10', '25', '50', '75', '90', '95', '99', '99.5', '99.9', '100'],
    coalesce(
        quantile_cont(
            x, [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1]
        ),
        list_resize([], 13)
    )
);

create or replace macro matrix(name) as table
    select
        user_id,
        video_id,
        play_duration,
        video_duration,
        watch_ratio,
        date::double::integer as label,
        date as written_date,
        timestamp as seen_at,
        time,
        epoch_ms(time::timestamp) = round(timestamp * 1000) + 28800000 as is_local_time
    from read_csv(
        file(name),
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

create or replace table big as
select
    * exclude (written_date, time),
    length(time) - 20 as fraction_digits,
    strptime(label::varchar, '%Y%m%d')::date
    - epoch_ms((seen_at * 1000)::bigint + 28800000)::date as label_shift_days
from matrix('big_matrix.csv');

create or replace table small as
select
    * exclude (written_date, time),
    regexp_full_match(written_date, '[0-9]{8}[.]0') as is_float_date
from matrix('small_matrix.csv');

create or replace table daily as
select *
from read_csv(
    file('item_daily_features.csv'),
    header = true,
    sample_size = -1
);

create or replace table users as
select *
from read_csv(
    file('user_features.csv'),
    header = true,
    all_varchar = true
);

create or replace table categories as
select
    video_id,
    len(split(feat, ',')) as tags
from read_csv(
    file('item_categories.csv'),
    header = true,
    all_varchar = true
);

create or replace table friends as
select
    user_id,
    len(split(friend_list, ',')) as friends
from read_csv(
    file('social_network.csv'),
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

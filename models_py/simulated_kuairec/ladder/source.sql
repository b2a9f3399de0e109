-- the log without exact copies, in the order of time; the folder is the variable `folder`
create or replace table log as
select distinct
    user_id,
    video_id,
    watch_ratio,
    video_duration,
    timestamp as seen_at
from
    read_csv(
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
    )
order by seen_at, user_id, video_id;

create or replace table dense as
select
    user_id,
    video_id,
    watch_ratio,
    video_duration,
    timestamp as seen_at
from
    read_csv(
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
    )
order by user_id, video_id;

-- one row: a user with a list, 14 if possible, and the first video of it, as SQL text
with listed as (
    select
        typeof(user_id) = 'VARCHAR' as is_text,
        typeof(video_id) = 'VARCHAR' as video_is_text,
        user_id::varchar as user_id,
        video_id::varchar as video_id,
        row_number() over (order by user_id::varchar != '14', user_id) as place
    from ml.recommendations
    where run_id = (select run_id from ml.latest_run) and rank = 1
)

select
    if(is_text, '''' || replace(user_id, '''', '''''') || '''', user_id) as user_id,
    if(video_is_text, '''' || replace(video_id, '''', '''''') || '''', video_id)
        as video_id
from listed
where place = 1

-- one row per user: the key, the run, and the list as the value
create or replace temp table exported as
select
    user_id,
    $run_id as run_id,
    list(
        struct_pack(
            video_id,
            predicted_watch_ratio,
            predicted_long_view,
            score,
            source
        )
        order by rank
    ) as videos
from lists
group by user_id
order by user_id

-- the events that a published run was judged by, with the keys of the tables
create or replace temp table run_predictions as
select
    * exclude (run_id)
    replace (
        main.user_key(user_id) as user_id,
        main.video_key(video_id) as video_id
    )
from ml.predictions
where run_id = $run_id

-- vectors of videos of a published run, with the keys of the tables
create or replace temp table run_video_factors as
select
    main.video_key(video_id) as video_id,
    factors
from ml.video_factors
where run_id = $run_id

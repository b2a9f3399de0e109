-- one row per video of the catalogue: its place by views in train
create or replace temp table judge_order as
select
    video_id,
    row_number() over (
        order by view_count desc nulls last, tie_break asc, video_id asc
    ) as position
from judge_catalogue

-- one row per video of the catalogue: its place by shrunken share of long views, train
-- only
create or replace temp table judge_order as
select
    video_id,
    row_number() over (
        order by long_view_share desc nulls last, tie_break asc, video_id asc
    ) as position
from judge_catalogue

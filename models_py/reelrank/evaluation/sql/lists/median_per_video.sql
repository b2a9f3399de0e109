-- one row per video of the catalogue: its place by median watch_ratio in train; unknown
-- videos have the median of all views
create or replace temp table judge_order as
select
    video_id,
    row_number() over (
        order by median_watch_ratio desc nulls last, tie_break asc, video_id asc
    ) as position
from judge_catalogue

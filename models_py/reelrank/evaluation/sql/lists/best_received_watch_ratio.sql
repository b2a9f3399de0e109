-- one row per video of the catalogue: its place by shrunken share of views beyond the
-- end, train only
create or replace temp table judge_order as
select
    video_id,
    row_number() over (
        order by liked_share desc nulls last, tie_break asc, video_id asc
    ) as position
from judge_catalogue

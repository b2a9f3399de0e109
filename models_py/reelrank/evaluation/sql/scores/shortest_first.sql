-- the shortest video of the judged event first
create or replace temp view judge_scores as
select
    *,
    -video_duration_ms as score
from judge_rows

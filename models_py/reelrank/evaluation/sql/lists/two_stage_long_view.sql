-- the ranker's order of the candidates that stage one picks from the catalogue
create or replace temp table judge_list as
select
    user_id,
    video_id,
    hash(user_id, video_id, $seed) as tie_break,
    score_long_view as score
from run_lists

-- stage one alone: product of the factors; pairs that ALS does not know last
create or replace temp view judge_scores as
select
    rows.*,
    array_inner_product(users.factors, videos.factors) as score
from judge_rows as rows
left join run_user_factors as users on rows.user_id = users.user_id
left join run_video_factors as videos on rows.video_id = videos.video_id

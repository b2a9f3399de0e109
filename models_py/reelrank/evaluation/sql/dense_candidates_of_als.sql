-- one row per (user, rank): the pairs that ALS puts first among a user's dense pairs
create or replace temp table judge_dense_candidates as
with scored as (
    select
        rows.user_id,
        rows.video_id,
        rows.tie_break,
        array_inner_product(users.factors, videos.factors) as score
    from judge_rows as rows
    left join run_user_factors as users on rows.user_id = users.user_id
    left join run_video_factors as videos on rows.video_id = videos.video_id
    where rows.protocol = 'dense'
)

select
    user_id,
    video_id,
    row_number() over (
        partition by user_id order by score desc nulls last, tie_break asc, video_id asc
    ) as rank
from scored
qualify rank <= $candidate_count

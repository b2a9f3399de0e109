-- the candidates of stage one in the order of a registered ranker, as a proposer of that
-- name
insert into run_candidates by name
with scored as (
    unpivot reordered_pairs
    on columns(* exclude (user_id, video_id))
    into name score_of value score
)

select
    $name as model,
    user_id,
    cast(
        row_number() over (
            partition by user_id
            order by score desc, hash(user_id, video_id) asc, video_id asc
        ) as smallint
    ) as rank,
    video_id,
    score,
    $name as source
from scored
where score_of = $score

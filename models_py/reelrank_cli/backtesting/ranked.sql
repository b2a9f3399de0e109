-- one row per (user_id, rank): lists of the candidates scored, as they are shown; long
-- enough that ten are left a week later
select
    scored_lists.user_id,
    scored_lists.video_id,
    row_number() over (
        partition by scored_lists.user_id
        order by
            scored_lists.score_long_view desc,
            scored_lists.score_watch_ratio desc,
            list_candidates.rank asc
    ) as rank
from scored_lists
inner join list_candidates
    on
        scored_lists.user_id = list_candidates.user_id
        and scored_lists.video_id = list_candidates.video_id
qualify rank <= 200

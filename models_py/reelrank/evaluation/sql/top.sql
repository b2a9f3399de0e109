-- one row per (protocol, user, rank) of the current model's list, down to $depth
-- equal scores: in the order of a seeded hash of user and video, so random but fixed
create or replace temp table judge_top as
select
    protocol,
    user_id,
    video_id,
    cast(
        row_number() over (
            partition by list_id
            order by score desc nulls last, tie_break asc, video_id asc
        ) as smallint
    ) as rank,
    is_liked,
    is_long_view
from judge_scores
qualify rank <= $depth

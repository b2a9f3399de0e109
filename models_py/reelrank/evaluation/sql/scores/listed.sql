-- the current lists from the catalogue, beside what the user then liked
create or replace temp view judge_scores as
select
    'end_to_end' as protocol,
    listed.user_id as list_id,
    listed.user_id,
    listed.video_id,
    listed.tie_break,
    coalesce(wanted.is_liked, false) as is_liked,
    coalesce(wanted.is_long_view, false) as is_long_view,
    listed.score
from judge_list as listed
left join judge_wanted as wanted
    on listed.user_id = wanted.user_id and listed.video_id = wanted.video_id

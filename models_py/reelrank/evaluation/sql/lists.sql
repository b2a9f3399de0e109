-- one row per scored candidate, user by user, equal scores in the order of a seeded hash
create or replace temp table judge_lists as
select *
from run_lists
order by user_id, hash(user_id, video_id, $seed), video_id

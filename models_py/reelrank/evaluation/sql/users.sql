-- one row per user who gets a list
create or replace temp table judge_users as
select user_id from staging.stg_users
union
select user_id from training.interactions
order by user_id

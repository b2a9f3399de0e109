-- whether the log or the profiles know a user
select exists(
    select 1 from staging.stg_users
    where user_id = main.user_key($user_id)
) as is_known

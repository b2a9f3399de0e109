-- one row per (user_id, as_of_date); the user's own means before that day, as the prior
-- of the user's history with a tag, a length class or an hour

with user_history as (
    select * from {{ ref('user_history') }}
),

user_priors as (
    select
        user_id,
        as_of_date,
        user_mean_watch_ratio as prior_mean_watch_ratio,
        user_share_above_one as prior_share_above_one,
        user_share_long_view as prior_share_long_view,
        user_mean_log_play as prior_mean_log_play
    from user_history
)

select * from user_priors

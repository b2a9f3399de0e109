-- one row per pair met after the boundary: the chance that it would be met, estimated
-- from the log. Expected meetings are the sum over days of the user's new videos on the
-- day times the video's share of that day, dense and other users apart
create or replace temp table offline_propensities as
with met as (
    select
        user_id,
        video_id,
        min(event_on) as met_on
    from training.interactions
    where split = 'holdout'
    group by user_id, video_id
),

dense_users as (
    select distinct user_id
    from training.dense_interactions
),

grouped as (
    select
        met.*,
        dense_users.user_id is not null as is_dense_user
    from met
    left join dense_users on met.user_id = dense_users.user_id
),

user_days as (
    select
        user_id,
        met_on,
        count(*) as video_count
    from grouped
    group by user_id, met_on
),

video_days as (
    select
        is_dense_user,
        video_id,
        met_on,
        count(*) as user_count,
        count(*) / sum(count(*)) over (partition by is_dense_user, met_on) as day_share
    from grouped
    group by is_dense_user, video_id, met_on
)

select
    grouped.user_id,
    grouped.video_id,
    1 - exp(-sum(user_days.video_count * video_days.day_share)) as propensity
from grouped
inner join user_days on grouped.user_id = user_days.user_id
inner join video_days
    on
        grouped.is_dense_user = video_days.is_dense_user
        and grouped.video_id = video_days.video_id
        and user_days.met_on = video_days.met_on
group by grouped.user_id, grouped.video_id

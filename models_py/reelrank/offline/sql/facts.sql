-- one row per judged event, in their order: the day, the estimated chance that the pair
-- is met, whether it is new after the boundary, and what a simple model of train expects:
-- the log-odds of video and of user added, each share shrunk toward that of the log as if
-- 20 more views had been usual
with train as (
    select
        user_id,
        video_id,
        cast(is_above_one as integer) as above_one,
        cast(is_long_view as integer) as long_view
    from training.interactions
    where split = 'train'
),

base as (
    select
        avg(above_one) as above_one,
        avg(long_view) as long_view
    from train
),

users as (
    select
        train.user_id,
        (sum(train.above_one) + 20 * any_value(base.above_one)) / (count(*) + 20)
            as above_one,
        (sum(train.long_view) + 20 * any_value(base.long_view)) / (count(*) + 20)
            as long_view
    from train
    cross join base
    group by train.user_id
),

videos as (
    select
        train.video_id,
        (sum(train.above_one) + 20 * any_value(base.above_one)) / (count(*) + 20)
            as above_one,
        (sum(train.long_view) + 20 * any_value(base.long_view)) / (count(*) + 20)
            as long_view
    from train
    cross join base
    group by train.video_id
),

odds as (
    select
        events.rowid as place,
        cast(events.event_at as date) as event_on,
        chances.propensity,
        seen.user_id is null as is_new,
        ln(base.above_one / (1 - base.above_one)) as base_above_one,
        ln(base.long_view / (1 - base.long_view)) as base_long_view,
        ln(users.above_one / (1 - users.above_one)) as user_above_one,
        ln(users.long_view / (1 - users.long_view)) as user_long_view,
        ln(videos.above_one / (1 - videos.above_one)) as video_above_one,
        ln(videos.long_view / (1 - videos.long_view)) as video_long_view
    from judge_rows as events
    cross join base
    left join users on events.user_id = users.user_id
    left join videos on events.video_id = videos.video_id
    left join offline_propensities as chances
        on events.user_id = chances.user_id and events.video_id = chances.video_id
    left join training.als_confidences as seen
        on events.user_id = seen.user_id and events.video_id = seen.video_id
)

select
    event_on,
    is_new,
    propensity,
    1 / (
        1 + exp(
            base_above_one
            - coalesce(user_above_one, base_above_one)
            - coalesce(video_above_one, base_above_one)
        )
    ) as expected_above_one,
    1 / (
        1 + exp(
            base_long_view
            - coalesce(user_long_view, base_long_view)
            - coalesce(video_long_view, base_long_view)
        )
    ) as expected_long_view
from odds
order by place

-- one row per (user, video) met after the boundary and never watched in train: what
-- the user made of it, in any of the events
create or replace temp table judge_wanted as
select
    user_id,
    video_id,
    bool_or(watch_ratio > 1) as is_above_one,
    bool_or(is_long_view) as is_long_view
from training.interactions as events -- noqa: AL05
where
    split = 'holdout'
    and not exists (
        from training.als_confidences as watched
        where
            watched.user_id = events.user_id
            and watched.video_id = events.video_id
    )
group by user_id, video_id

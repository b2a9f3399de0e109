-- one row per user with events of train before $before: level and spread of log play
-- time beside what is usual for the video, robust (median, and the upper half of the
-- interquartile range: skips fill the lower half); few events leave a median
-- uncertain, so all are shrunk toward those of everybody, the more so the less they
-- are known to differ
with own_plays as (
    select
        log.user_id,
        ln(greatest(log.play_duration_ms, 100)) - usual_videos.usual as log_play
    from training.interactions as log
    inner join usual_videos on log.video_id = usual_videos.video_id
    where log.split = 'train' and log.event_unix_ms < $before
),

quantiles as (
    select
        user_id,
        count(*) as play_count,
        quantile_cont(log_play, [0.5, 0.75]) as halves
    from own_plays
    group by user_id
),

rough as (
    select
        user_id,
        play_count,
        halves[1] as level,
        -- of a normal distribution the upper half is 0.6745 sd wide
        (halves[2] - halves[1]) / 0.6745 as spread
    from quantiles
),

-- a user with one play shows no spread; where most are such, that of all plays is taken,
-- which is not even looked for elsewhere
all_plays as (
    select
        quantile_cont(log_play, [0.5, 0.75]) as halves,
        (halves[2] - halves[1]) / 0.6745 as spread
    from own_plays
    where (select median(rough.spread) = 0 from rough)
),

middle as (
    select
        median(rough.spread) = 0 as is_of_all_plays,
        greatest(
            if(is_of_all_plays, any_value(all_plays.spread), median(rough.spread)), 0.01
        ) as spread
    from rough
    cross join all_plays
),

-- no user counts more than sixty-four times as much as the median user
observed as (
    select
        rough.user_id,
        rough.play_count,
        rough.level,
        ln(
            case
                when middle.is_of_all_plays and rough.play_count = 1 then middle.spread
                else greatest(rough.spread, middle.spread / 8)
            end
        ) as log_spread
    from rough
    cross join middle
),

-- sampling variance of the log of the spread of n plays: 3.2 / n (asymptotic, normal);
-- what users differ beyond it is their own. Sums of fractions are in the order of users:
-- on two threads their last bits would be those of chance
everybody as (
    select
        median(level) as level,
        median(log_spread) as log_spread,
        greatest(
            var_pop(level order by user_id)
            - avg(1.571 * exp(2 * log_spread) / play_count order by user_id),
            0.0001
        ) as level_variance,
        greatest(
            var_pop(log_spread order by user_id)
            - avg(3.2 / play_count order by user_id),
            0.0001
        ) as log_spread_variance
    from observed -- noqa: AL04
    where play_count >= 5 or (select max(play_count) from observed) < 5
),

shrunk_spreads as (
    select
        observed.*,
        everybody.level as usual_level,
        everybody.level_variance,
        everybody.log_spread
        + (observed.log_spread - everybody.log_spread)
        * everybody.log_spread_variance
        / (everybody.log_spread_variance + 3.2 / observed.play_count)
            as shrunk_log_spread
    from observed
    cross join everybody
)

select
    user_id,
    usual_level + (level - usual_level) * level_variance
    / (level_variance + 1.571 * exp(2 * shrunk_log_spread) / play_count) as level,
    exp(shrunk_log_spread) as spread
from shrunk_spreads
order by user_id

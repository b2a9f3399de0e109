-- one row per video with events of train before $before: how much longer than usual it is
-- watched, as the difference of medians of log play time, shrunk toward 0 as far as few
-- events leave it uncertain
create or replace temp table usual_videos as
with plays as (
    select
        video_id,
        ln(greatest(play_duration_ms, 100)) as log_play
    from training.interactions
    where split = 'train' and event_unix_ms < $before
),

video_medians as (
    select
        video_id,
        count(*) as play_count,
        median(log_play) as log_play
    from plays
    group by video_id
),

-- plays of the same length are counted first: far fewer than plays have to be sorted
lengths as (
    select
        log_play,
        count(*) as play_count,
        sum(play_count) over (order by log_play) / sum(play_count) over () as share_until
    from plays
    group by log_play
),

-- of a normal distribution the interquartile range is 1.349 sd wide
all_plays as (
    select
        min(log_play) filter (where share_until >= 0.5) as log_play,
        (
            min(log_play) filter (where share_until >= 0.75)
            - min(log_play) filter (where share_until >= 0.25)
        ) / 1.349 as spread
    from lengths
),

-- sampling variance of the median of n plays: 1.571 spread^2 / n (asymptotic, normal)
all_videos as (
    select
        any_value(all_plays.log_play) as log_play,
        any_value(1.571 * pow(all_plays.spread, 2)) as play_variance,
        greatest(
            var_pop(video_medians.log_play order by video_medians.video_id)
            - avg(
                1.571 * pow(all_plays.spread, 2) / video_medians.play_count
                order by video_medians.video_id
            ),
            0.000001
        ) as variance
    from video_medians
    cross join all_plays
    where video_medians.play_count >= 5
)

select
    video_medians.video_id,
    coalesce(
        (video_medians.log_play - all_videos.log_play) * all_videos.variance
        / (all_videos.variance + all_videos.play_variance / video_medians.play_count),
        0
    ) as usual
from video_medians
cross join all_videos

-- figures of what explains watching in small_matrix; the column names are the figures
create or replace temporary table residuals as
with logs as (
    select
        user_id,
        video_id,
        ln(watch_ratio + 0.01) as y,
        ln(greatest(watch_ratio, 0.01)) as clipped,
        case when play_duration > 0 then ln(play_duration) end as play,
        ln(video_duration) as length
    from small
),

centred as (
    select
        *,
        avg(y) over (partition by video_id) as y_video,
        avg(y) over (partition by user_id) as y_user,
        avg(y) over () as y_all,
        avg(clipped) over (partition by video_id) as clipped_video,
        avg(clipped) over (partition by user_id) as clipped_user,
        avg(clipped) over () as clipped_all,
        avg(play) over (partition by video_id) as play_video,
        avg(play) over (partition by user_id) as play_user,
        avg(play) over () as play_all
    from logs
)

select
    *,
    y - y_video - y_user + y_all as y_rest,
    clipped - clipped_video - clipped_user + clipped_all as clipped_rest,
    play - play_video - play_user + play_all as play_rest
from centred;

select
    var_samp(y) as "dense variance of log watch_ratio",
    var_samp(y_video) / var_samp(y) as "dense variance explained by video",
    var_samp(y_user) / var_samp(y) as "dense variance explained by user",
    1 - var_samp(y_rest) / var_samp(y) as "dense variance explained by both",
    stddev(y_rest) as "dense residual sd of log watch_ratio",
    quantiles(clipped_rest) as "dense residual p",
    corr(play, length) as "dense correlation of log play and log length",
    stddev(play_rest) as "dense residual sd of log play"
from residuals;

with by_user as (
    select
        user_id,
        any_value(play_user) as play_user
    from residuals
    group by user_id
)

select stddev(play_user) as "dense sd of users in log play"
from by_user;

-- the spread of the videos' means, less what is only noise
with by_video as (
    select
        video_id,
        any_value(play_video) as play_video,
        var_samp(play_rest) / count(play_rest) as noise
    from residuals
    group by video_id
)

select
    sqrt(greatest(var_samp(play_video) - avg(noise), 0))
        as "dense sd of videos in log play"
from by_video;

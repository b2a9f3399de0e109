-- figures of how the files are written; the names of the columns are the figures
with steps as (
    select
        user_id,
        seen_at,
        lag(user_id) over () as user_before,
        lag(seen_at) over () as seen_before
    from big
)

select
    count(*) filter (
        user_id < user_before or (user_id = user_before and seen_at < seen_before)
    ) as "log rows out of the order of user and time"
from steps;

select
    count(*) filter (
        not (
            label between 20200705 and 20200712
            or label between 20200801 and 20200810
            or label between 20200827 and 20200831
            or label between 20200901 and 20200905
        )
    ) as "log dates outside the three windows",
    count(*) filter (not is_local_time)
        as "log times that are not the timestamp in Shanghai",
    count(*) filter (
        abs(watch_ratio - play_duration / video_duration) > 1e-9 * watch_ratio
    )
        as "log ratios that are not play over length"
from big;

with steps as (
    select
        user_id,
        seen_at,
        lag(user_id) over () as user_before,
        lag(seen_at) over () as seen_before,
        lag(seen_at is null) over () as was_unknown
    from small
)

select
    count(*) filter (
        user_id < user_before
        or (
            user_id = user_before
            and (seen_at < seen_before or (seen_at is not null and was_unknown))
        )
    ) as "dense rows out of order, unknown times last"
from steps;

select
    count(*) filter (not is_local_time)
        as "dense times that are not the timestamp in Shanghai",
    count(*) filter (not is_float_date) as "dense dates that are not written as floats",
    count(*) filter ((label is null) <> (seen_at is null))
        as "dense rows with a time and no date, or a date and no time"
from small;

with by_duration as (
    select
        video_id,
        video_duration,
        count(*) as n,
        sum(count(*)) over (partition by video_id) as n_video,
        first_value(video_duration) over (
            partition by video_id order by count(*) desc, video_duration
        ) as usual
    from small
    group by video_id, video_duration
)

select
    max(n / n_video) as "dense second duration, most of its rows",
    min(n / n_video) as "dense second duration, least of its rows",
    max(video_duration - usual) as "dense second duration, most ms above",
    min(video_duration - usual) as "dense second duration, most ms below"
from by_duration
where video_duration <> usual;

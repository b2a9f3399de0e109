-- one row per age of the video on the day it was watched: holdout error of the ranker,
-- and of the median of all, so that a harder group does not look like a weaker model,
-- with half the width of their 95 % intervals
with aged as (
    select
        p.user_id,
        p.predicted_watch_ratio as predicted,
        least(p.watch_ratio, 5) as observed,
        case
            when v.uploaded_on is null then 6
            when p.event_at::date - v.uploaded_on <= 0 then 1
            when p.event_at::date - v.uploaded_on <= 3 then 2
            when p.event_at::date - v.uploaded_on <= 7 then 3
            when p.event_at::date - v.uploaded_on <= 30 then 4
            else 5
        end as age_order,
        median(least(p.watch_ratio, 5)) over () as median_of_all
    from ml.predictions as p
    inner join features.video_profiles as v on main.video_key(p.video_id) = v.video_id
    where p.run_id = $run_id and p.protocol = 'holdout'
),

users as (
    select
        age_order,
        user_id,
        count(*) as events,
        sum(abs(predicted - observed)) as ranker,
        sum(abs(median_of_all - observed)) as median_of_all
    from aged
    group by age_order, user_id
)

select
    age_order,
    ['0', '1 to 3', '4 to 7', '8 to 30', 'over 30', 'unknown'][age_order] as age,
    sum(events)::bigint as events,
    sum(ranker) / sum(events) as ranker,
    sum(median_of_all) / sum(events) as median_of_all,
    half_width(ranker, events) as ranker_half_width,
    half_width(median_of_all, events) as median_of_all_half_width
from users
group by age_order
order by age_order

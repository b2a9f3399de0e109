-- The counters asked as of a day are those of the latest day before it, and no other.

with sample as (
    select * from {{ ref('video_counter_history') }}
    order by hash(video_id, as_of_date)
    limit 500
),

latest_days as (
    select
        sample.video_id,
        sample.as_of_date,
        max(video_days.date) as latest_date
    from sample
    inner join {{ ref('stg_video_days') }} as video_days
        on sample.video_id = video_days.video_id and sample.as_of_date > video_days.date
    group by all
)

select
    sample.video_id,
    sample.as_of_date,
    latest_days.latest_date
from sample
left join latest_days using (video_id, as_of_date)
left join {{ ref('stg_video_days') }} as video_days
    on sample.video_id = video_days.video_id and latest_days.latest_date = video_days.date
where
    sample.counter_age_days is distinct from sample.as_of_date - latest_days.latest_date
    or sample.counter_log_plays
    is distinct from cast(ln(1 + video_days.play_cnt) as float)
    or sample.counter_like_rate is distinct from
    cast(video_days.like_cnt / nullif(video_days.play_cnt, 0) as float)

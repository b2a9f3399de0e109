-- The counters asked as of a day are those of the latest day before it, and no other:
-- every column, worked out again from the staged day.
{% set per_play = {
    'seconds_per_play': 'play_duration_ms / 1000.0',
    'completion_rate': 'complete_play_cnt',
    'valid_play_rate': 'valid_play_cnt',
    'long_play_rate': 'long_time_play_cnt',
    'short_play_rate': 'short_time_play_cnt',
    'like_rate': 'like_cnt',
    'comment_rate': 'comment_cnt',
    'comment_stay_per_play': 'comment_stay_duration',
    'follow_rate': 'follow_cnt',
    'share_rate': 'share_cnt',
    'download_rate': 'download_cnt',
    'collect_rate': 'collect_cnt',
    'report_rate': 'report_cnt',
    'reduce_similar_rate': 'reduce_similar_cnt',
} %}

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
    sample.counter_age_days
    is distinct from {{ days_between('sample.as_of_date', 'latest_days.latest_date') }}
    or sample.counter_log_shows
    is distinct from cast(ln(1 + video_days.show_cnt) as float)
    or sample.counter_log_plays
    is distinct from cast(ln(1 + video_days.play_cnt) as float)
    or sample.counter_play_progress
    is distinct from cast(video_days.play_progress as float)
    or sample.counter_play_per_show
    is distinct from {{ ratio('video_days.play_cnt', 'video_days.show_cnt') }}
    or sample.counter_plays_per_user
    is distinct from {{ ratio('video_days.play_cnt', 'video_days.play_user_num') }}
    {% for name, counted in per_play.items() %}
    or sample.counter_{{ name }}
    is distinct from {{ ratio('video_days.' ~ counted, 'video_days.play_cnt') }}
    {% endfor %}

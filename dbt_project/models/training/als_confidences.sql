-- one row per (user_id, video_id) watched in train; what ALS may know
{{ config(meta={'rests_on': ['train']}) }}

with train as (
    select * from {{ ref('interactions') }}
    where split = 'train'
),

als_confidences as (
    select
        user_id,
        video_id,
        cast(count(*) as integer) as watch_count,
        cast(sum(cast(greatest(watch_ratio, 0.001) as decimal(18, 6))) as double)
            as watch_ratio_sum,
        cast(sum(clipped_watch_ratio_e4) as bigint) / 10000 as clipped_watch_ratio_sum,
        cast(count(*) filter (where is_long_view) as integer) as long_view_count,
        max(event_unix_ms) as last_event_unix_ms
    from train
    group by all
)

select * from als_confidences

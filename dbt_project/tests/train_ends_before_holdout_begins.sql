-- No training event is later than the first holdout event, ties included.
with moments as (
    select
        split,
        (event_unix_ms, user_id, video_id, play_duration_ms, video_duration_ms) as moment
    from {{ ref('interactions') }}
),

edges as (
    select
        max(moment) filter (where split = 'train') as last_train,
        min(moment) filter (where split = 'holdout') as first_holdout
    from moments
)

select * from edges
where last_train >= first_holdout

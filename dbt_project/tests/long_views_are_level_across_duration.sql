-- A long view is as likely for a short video as for a long one: in every tenth of the
-- training views by length, 16 to 25 % are long (judged: tenths of 2,000 views or more).

with train as (
    select
        is_long_view,
        ntile(10) over (order by video_duration_ms, user_id, video_id, event_unix_ms)
            as duration_tenth
    from {{ ref('interactions') }}
    where split = 'train'
),

tenths as (
    select
        duration_tenth,
        count(*) as view_count,
        avg(cast(is_long_view as integer)) as long_view_share
    from train
    group by all
)

select * from tenths
where view_count >= 2000 and long_view_share not between 0.16 and 0.25

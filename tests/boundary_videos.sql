-- training.cutoffs and training.cutoff_videos of a little world: only the boundary; what
-- was watched in the last week is alive
create table training.cutoffs as
select
    0::smallint as cutoff,
    boundary_at as cutoff_at,
    true as is_boundary
from training.split_boundary;

create table training.cutoff_videos as
with train as (
    select
        i.*,
        i.watch_ratio > 1 as is_above,
        epoch(b.boundary_at - i.event_at) / 86400 as days_ago
    from training.interactions as i, training.split_boundary as b
    where i.split = 'train'
),

shares as (
    select
        avg(is_above::int) as above_one_share,
        avg(is_long_view::int) as long_view_share
    from train
),

counted as (
    select
        video_id,
        count(*) filter (days_ago <= 1) as view_count_1d,
        count(*) filter (days_ago <= 3) as view_count_3d,
        count(*) filter (days_ago <= 7) as view_count_7d,
        count(*) as view_count,
        count(*) filter (is_long_view and days_ago <= 1) as long_view_count_1d,
        count(*) filter (is_long_view and days_ago <= 3) as long_view_count_3d,
        count(*) filter (is_long_view and days_ago <= 7) as long_view_count_7d,
        count(*) filter (is_long_view) as long_view_count,
        count(*) filter (is_above and days_ago <= 1) as above_one_count_1d,
        count(*) filter (is_above and days_ago <= 3) as above_one_count_3d,
        count(*) filter (is_above and days_ago <= 7) as above_one_count_7d,
        count(*) filter (is_above) as above_one_count,
        median(watch_ratio) as median_watch_ratio,
        max(days_ago) as days_since_first_view,
        min(days_ago) as days_since_last_view
    from train
    group by video_id
)

select
    0::smallint as cutoff,
    p.video_id,
    coalesce(columns(lambda name: name like '%_count%'), 0),
    (coalesce(c.long_view_count_7d, 0) + 20 * s.long_view_share)
    / (coalesce(c.view_count_7d, 0) + 20) as long_view_share_7d,
    (coalesce(c.long_view_count, 0) + 20 * s.long_view_share)
    / (coalesce(c.view_count, 0) + 20) as long_view_share,
    (coalesce(c.above_one_count_7d, 0) + 20 * s.above_one_share)
    / (coalesce(c.view_count_7d, 0) + 20) as above_one_share_7d,
    (coalesce(c.above_one_count, 0) + 20 * s.above_one_share)
    / (coalesce(c.view_count, 0) + 20) as above_one_share,
    c.median_watch_ratio,
    c.days_since_first_view,
    c.days_since_last_view,
    p.uploaded_on,
    b.boundary_on - p.uploaded_on as age_days,
    coalesce(c.view_count_1d, 0) + 0.1 as recent_rate,
    coalesce(c.days_since_last_view <= 7, false) as is_alive,
    p.video_duration_ms
from features.video_profiles as p
cross join training.split_boundary as b
cross join shares as s
left join counted as c on p.video_id = c.video_id
where c.video_id is not null or p.uploaded_on < b.boundary_on;

-- one row per day with at least a tenth of the mean day's events: what changed against
-- the days before and against train. PSI is the population stability index, the sum of
-- (p - q) ln(p / q) over bins with half an event more in each: under 0.1 little changed,
-- over 0.25 a lot

with user_days as (
    select
        event_on,
        user_id
    from {{ ref('user_days') }}
),

first_user_days as (
    select min(event_on) as event_on
    from user_days
    group by user_id
),

new_users as (
    select
        event_on,
        count(*) as new_user_count
    from first_user_days
    group by event_on
),

users as (
    select
        event_on,
        count(*) as user_count
    from user_days
    group by event_on
),

video_days as (
    select
        event_on,
        video_id,
        view_count as event_count,
        train_view_count as train_count,
        cast(first_tag_id is null as integer) as is_without_tag,
        cast(author_id is null as integer) as is_without_author,
        cast(first_level_category_id is null as integer) as is_without_category
    from {{ ref('video_days') }}
),

first_video_days as (
    select min(event_on) as event_on
    from video_days
    group by video_id
),

new_videos as (
    select
        event_on,
        count(*) as new_video_count
    from first_video_days
    group by event_on
),

days as (
    select
        event_on,
        if(sum(train_count) > 0, 'train', 'holdout') as split,
        cast(sum(event_count) as bigint) as event_count,
        count(*) as video_count,
        sum(event_count * is_without_tag) / sum(event_count) as share_without_tag,
        sum(event_count * is_without_author) / sum(event_count)
            as share_without_author,
        sum(event_count * is_without_category) / sum(event_count)
            as share_without_category
    from video_days
    group by event_on
),

-- stray events make no day
whole_days as (
    select
        days.*,
        users.user_count
    from days
    inner join users on days.event_on = users.event_on
    where
        days.event_count * 10 >= (
            select avg(all_days.event_count) from days as all_days
        )
),

train as (
    select
        sum(train_count * is_without_tag) / nullif(sum(train_count), 0)
            as share_without_tag,
        sum(train_count * is_without_author) / nullif(sum(train_count), 0)
            as share_without_author,
        sum(train_count * is_without_category) / nullif(sum(train_count), 0)
            as share_without_category
    from video_days
),

-- how many events of a day, and of train, are in each bin
binned as (
    select * from {{ ref('day_bins') }}
),

measured as (
    select
        event_on,
        'duration' as measure,
        duration_bucket as bin,
        event_count,
        train_count
    from binned

    union all

    select
        event_on,
        'ratio' as measure,
        ratio_bin as bin,
        event_count,
        train_count
    from binned
),

day_bins as (
    select
        event_on,
        measure,
        bin,
        sum(event_count) as event_count
    from measured
    group by all
),

train_bins as (
    select
        measure,
        bin,
        sum(train_count) as event_count
    from measured
    group by all
),

all_bins as (
    select
        days.event_on,
        earlier_days.event_on as earlier_on,
        bins.measure,
        bins.bin
    from whole_days as days
    {{ latest_before(
        'days', 'whole_days', [], 'event_on', 'event_on', kind='left', alias='earlier_days'
    ) }}
    cross join train_bins as bins
),

counts as (
    select
        all_bins.event_on,
        all_bins.earlier_on,
        all_bins.measure,
        cast(coalesce(mine.event_count, 0) + 0.5 as double) as event_count,
        cast(coalesce(earlier.event_count, 0) + 0.5 as double) as earlier_count,
        cast(coalesce(train_bins.event_count, 0) + 0.5 as double) as train_count
    from all_bins
    left join day_bins as mine
        on
            all_bins.event_on = mine.event_on
            and all_bins.measure = mine.measure
            and all_bins.bin = mine.bin
    left join day_bins as earlier
        on
            all_bins.earlier_on = earlier.event_on
            and all_bins.measure = earlier.measure
            and all_bins.bin = earlier.bin
    left join train_bins
        on all_bins.measure = train_bins.measure and all_bins.bin = train_bins.bin
),

shares as (
    select
        event_on,
        earlier_on,
        measure,
        event_count / sum(event_count) over of_day as share,
        earlier_count / sum(earlier_count) over of_day as earlier_share,
        train_count / sum(train_count) over of_day as train_share
    from counts
    window of_day as (partition by event_on, measure)
),

indices as (
    select
        event_on,
        measure,
        if(
            any_value(earlier_on) is null,
            null,
            round(sum((share - earlier_share) * ln(share / earlier_share)), 6)
        ) as psi_before,
        round(sum((share - train_share) * ln(share / train_share)), 6) as psi_train
    from shares
    group by all
),

drift as (
    select
        days.event_on,
        days.split,
        days.event_count,
        cast(
            days.event_count
            / nullif({{ median_over('days.event_count', 'week_before') }}, 0)
            as double
        ) as volume_ratio,
        coalesce(new_users.new_user_count, 0) / days.user_count as new_user_share,
        coalesce(new_videos.new_video_count, 0) / days.video_count as new_video_share,
        durations.psi_before as duration_psi_before,
        durations.psi_train as duration_psi_train,
        ratios.psi_before as ratio_psi_before,
        ratios.psi_train as ratio_psi_train,
        greatest(
            abs(days.share_without_tag - train.share_without_tag),
            abs(days.share_without_author - train.share_without_author),
            abs(days.share_without_category - train.share_without_category)
        ) as null_share_change
    from whole_days as days
    cross join train
    left join new_users on days.event_on = new_users.event_on
    left join new_videos on days.event_on = new_videos.event_on
    inner join indices as durations
        on days.event_on = durations.event_on and durations.measure = 'duration'
    inner join indices as ratios
        on days.event_on = ratios.event_on and ratios.measure = 'ratio'
    window
        week_before as (
            order by days.event_on
            rows between 7 preceding and 1 preceding
        )
)

select * from drift
order by event_on

-- one row per (cutoff, video_id) that could be recommended then: watched before the
-- cut-off, or uploaded before its day; what the log knew of it before the cut-off

{% set prior_views = 20 %}

with cutoffs as (
    select * from {{ ref('cutoffs') }}
),

train as (
    select * from {{ ref('interactions') }}
    where split = 'train'
),

video_profiles as (
    select * from {{ ref('video_profiles') }}
),

-- the instants at which a count begins or ends
edges as (
    select cutoff_unix_ms - unnest([0, 1, 3, 7]) * 86400000 as unix_ms
    from cutoffs

    union distinct

    select distinct event_unix_ms // 3600000 * 3600000 as unix_ms
    from train
),

-- hours, split where a window begins or ends in the middle of one
periods as (
    select
        unix_ms // 3600000 as unix_hour,
        unix_ms as starts_ms,
        lead(unix_ms, 1, 9223372036854775807) over (order by unix_ms) as ends_ms
    from edges
),

-- one pass over the log; everything after it is small
video_periods as (
    select
        train.video_id,
        periods.starts_ms,
        count(*) as view_count,
        count_if(train.is_long_view) as long_view_count,
        count_if(train.is_above_one) as above_one_count,
        count_if(train.nth_watch = 1) as first_view_count,
        min(train.event_unix_ms) as first_unix_ms,
        max(train.event_unix_ms) as last_unix_ms
    from train
    inner join periods
        on
            train.event_unix_ms // 3600000 = periods.unix_hour
            and train.event_unix_ms >= periods.starts_ms
            and train.event_unix_ms < periods.ends_ms
    group by all
),

-- time counted in events of the log so far; it does not pass in a gap
log_periods as (
    select
        starts_ms,
        sum(sum(view_count)) over (order by starts_ms) as events_through,
        events_through - sum(view_count) as events_before
    from video_periods
    group by starts_ms
),

-- each hour of a video, with the log's events since its hour before and its rate over the
-- last eight hours that had views, in views per event of the log
visits as (
    select
        video_periods.*,
        log_periods.events_through,
        log_periods.events_before
        - lag(log_periods.events_through) over of_video as silent_events,
        sum(video_periods.view_count) over last_eight
        / (
            log_periods.events_through
            - first_value(log_periods.events_before) over last_eight
        ) as rate
    from video_periods
    inner join log_periods using (starts_ms)
    window
        of_video as (
            partition by video_periods.video_id order by video_periods.starts_ms
        ),
        last_eight as (
            partition by video_periods.video_id
            order by video_periods.starts_ms
            rows between 7 preceding and current row
        )
),

silences as (
    select
        *,
        silent_events
        * lag(rate) over (partition by video_id order by starts_ms) as missed_views
    from visits
),

known_visits as (
    select
        cutoffs.cutoff,
        cutoffs.cutoff_unix_ms,
        silences.*
    from silences
    inner join cutoffs
        on cutoffs.is_boundary or silences.starts_ms < cutoffs.cutoff_unix_ms
),

-- the longest usual silence before a view, in events of the log and in the views that the
-- video's rate promised for that time: 999 of 1,000 returns came sooner
log_at_cutoffs as (
    select
        cutoff,
        max(events_through) as event_count,
        sum(long_view_count) / sum(view_count) as long_view_share,
        sum(above_one_count) / sum(view_count) as above_one_share,
        quantile_cont(silent_events, 0.999) as longest_silence,
        quantile_cont(missed_views, 0.999) as most_missed_views
    from known_visits
    group by cutoff
),

-- only of the boundary, where it orders a rule: the one figure that must sort the log
medians as (
    select
        cutoffs.cutoff,
        train.video_id,
        median(train.watch_ratio) as median_watch_ratio
    from train
    inner join cutoffs on cutoffs.is_boundary
    group by all
),

counted as (
    select
        cutoff,
        video_id,
        {% for measure in ['view_count', 'long_view_count', 'above_one_count'] %}
        {% for days in [1, 3, 7] %}
        coalesce(
            sum({{ measure }}) filter (
                where starts_ms >= cutoff_unix_ms - {{ days }} * 86400000
            ),
            0
        ) as {{ measure }}_{{ days }}d,
        {% endfor %}
        sum({{ measure }}) as {{ measure }},
        {% endfor %}
        coalesce(
            sum(first_view_count) filter (
                where starts_ms >= cutoff_unix_ms - 3 * 86400000
            ),
            0
        ) as first_view_count_3d,
        min(first_unix_ms) as first_unix_ms,
        max(last_unix_ms) as last_unix_ms,
        max(events_through) as events_through,
        arg_max(rate, starts_ms) as rate
    from known_visits
    group by cutoff, video_id
),

known_videos as (
    select
        cutoffs.cutoff,
        cutoffs.cutoff_unix_ms,
        cutoffs.is_boundary,
        video_profiles.video_id,
        counted.* exclude (counted.cutoff, counted.video_id),
        video_profiles.video_duration_ms,
        video_profiles.uploaded_on,
        cutoffs.as_of_date - video_profiles.uploaded_on as age_days
    from cutoffs
    cross join video_profiles
    left join counted
        on
            cutoffs.cutoff = counted.cutoff
            and video_profiles.video_id = counted.video_id
    where counted.video_id is not null or video_profiles.uploaded_on < cutoffs.as_of_date
),

-- views per day: those of the last day, with the rate of the longer time before as one
-- view of evidence, and so on back to the rate of all videos
described as (
    select
        known_videos.*,
        (cutoff_unix_ms - first_unix_ms) / 86400000 as days_since_first_view,
        (cutoff_unix_ms - last_unix_ms) / 86400000 as days_since_last_view,
        greatest(coalesce(days_since_first_view, 0), 1 / 24) as days,
        avg(coalesce(view_count, 0)) over (partition by cutoff)
        / greatest(max(days) over (partition by cutoff), 1) as log_rate,
        (coalesce(view_count, 0) + 1) / (days + 1 / log_rate) as rate_all,
        (coalesce(view_count_7d, 0) + 1) / (least(days, 7) + 1 / rate_all) as rate_7d,
        (coalesce(view_count_3d, 0) + 1) / (least(days, 3) + 1 / rate_7d) as rate_3d,
        (coalesce(view_count_1d, 0) + 1) / (least(days, 1) + 1 / rate_3d) as rate_1d
    from known_videos
),

cutoff_videos as (
    select
        described.cutoff,
        described.video_id,
        {% for measure in ['view_count', 'long_view_count', 'above_one_count'] %}
        {% for name in [measure ~ '_1d', measure ~ '_3d', measure ~ '_7d', measure] %}
        cast(coalesce(described.{{ name }}, 0) as integer) as {{ name }},
        {% endfor %}
        {% endfor %}
        cast(coalesce(described.first_view_count_3d, 0) as integer)
            as first_view_count_3d,
        {% for measure in ['long_view', 'above_one'] %}
        {% for window in ['_7d', ''] %}
        cast(
            (
                coalesce(described.{{ measure }}_count{{ window }}, 0)
                + {{ prior_views }} * log_at_cutoffs.{{ measure }}_share
            )
            / (coalesce(described.view_count{{ window }}, 0) + {{ prior_views }})
            as float
        ) as {{ measure }}_share{{ window }},
        {% endfor %}
        {% endfor %}
        cast(medians.median_watch_ratio as double) as median_watch_ratio,
        {{ local_time('described.first_unix_ms') }} as first_viewed_at,
        {{ local_time('described.last_unix_ms') }} as last_viewed_at,
        described.days_since_first_view,
        described.days_since_last_view,
        described.uploaded_on,
        cast(described.age_days as integer) as age_days,
        described.rate_1d as recent_rate,
        case
            -- uploaded the day before and not seen yet
            when described.view_count is null then described.age_days <= 1
            else
                log_at_cutoffs.event_count - described.events_through
                <= coalesce(log_at_cutoffs.longest_silence, log_at_cutoffs.event_count)
                and coalesce(
                    (log_at_cutoffs.event_count - described.events_through)
                    * described.rate
                    <= log_at_cutoffs.most_missed_views,
                    true
                )
        end as is_alive,
        described.video_duration_ms
    from described
    left join log_at_cutoffs on described.cutoff = log_at_cutoffs.cutoff
    left join medians
        on
            described.cutoff = medians.cutoff
            and described.video_id = medians.video_id
)

select * from cutoff_videos

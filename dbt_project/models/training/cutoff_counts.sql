-- one row per (cutoff, video_id) watched before it: what the log knew of the video then.
-- It rests on train alone: a new day of log costs nothing here
{{ config(meta={'rests_on': ['train']}) }}

with cutoffs as (
    select * from {{ ref('cutoffs') }}
),

train as (
    select * from {{ ref('interactions') }}
    where split = 'train'
),

-- the instants at which a count begins or ends
edges as (
    select cutoffs.cutoff_unix_ms - spans.days * 86400000 as unix_ms
    from cutoffs
    cross join (values (0), (1), (3), (7)) as spans (days)

    union distinct

    select distinct {{ whole_quotient('event_unix_ms', 3600000) }} * 3600000 as unix_ms
    from train
),

-- hours, split where a window begins or ends in the middle of one
periods as (
    select
        {{ whole_quotient('unix_ms', 3600000) }} as unix_hour,
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
            {{ whole_quotient('train.event_unix_ms', 3600000) }} = periods.unix_hour
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
        percentile_cont(0.999) within group (order by silent_events) as longest_silence,
        percentile_cont(0.999) within group (order by missed_views) as most_missed_views
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
        max_by(rate, starts_ms) as rate
    from known_visits
    group by cutoff, video_id
),

cutoff_counts as (
    select
        {{ all_but(['events_through', 'rate'], 'counted') }}, -- noqa: RF02
        cast(medians.median_watch_ratio as double) as median_watch_ratio,
        log_at_cutoffs.long_view_share as log_long_view_share,
        log_at_cutoffs.above_one_share as log_above_one_share,
        log_at_cutoffs.event_count - counted.events_through
        <= coalesce(log_at_cutoffs.longest_silence, log_at_cutoffs.event_count)
        and coalesce(
            (log_at_cutoffs.event_count - counted.events_through) * counted.rate
            <= log_at_cutoffs.most_missed_views,
            true
        ) as is_alive
    from counted
    inner join log_at_cutoffs on counted.cutoff = log_at_cutoffs.cutoff
    left join medians
        on counted.cutoff = medians.cutoff and counted.video_id = medians.video_id
)

select * from cutoff_counts

-- one row per (cutoff, video_id) that could be recommended then: watched before the
-- cut-off, or uploaded before its day; what the log knew of it before the cut-off

{% set prior_views = 20 %}

with cutoffs as (
    select * from {{ ref('cutoffs') }}
),

cutoff_counts as (
    select * from {{ ref('cutoff_counts') }}
),

log_at_cutoffs as (
    select
        cutoff,
        any_value(log_long_view_share) as long_view_share,
        any_value(log_above_one_share) as above_one_share
    from cutoff_counts
    group by cutoff
),

video_profiles as (
    select * from {{ ref('video_profiles') }}
),

known_videos as (
    select
        cutoffs.cutoff,
        cutoffs.cutoff_unix_ms,
        cutoffs.is_boundary,
        video_profiles.video_id,
        {{ all_but(['cutoff', 'video_id'], 'cutoff_counts') }}, -- noqa: RF02
        video_profiles.video_duration_ms,
        video_profiles.uploaded_on,
        {{ days_between('cutoffs.as_of_date', 'video_profiles.uploaded_on') }} as age_days
    from cutoffs
    cross join video_profiles
    left join cutoff_counts
        on
            cutoffs.cutoff = cutoff_counts.cutoff
            and video_profiles.video_id = cutoff_counts.video_id
    where
        cutoff_counts.video_id is not null
        or video_profiles.uploaded_on < cutoffs.as_of_date
),

aged_videos as (
    select
        known_videos.*,
        (cutoff_unix_ms - first_unix_ms) / 86400000 as days_since_first_view,
        (cutoff_unix_ms - last_unix_ms) / 86400000 as days_since_last_view,
        greatest(coalesce(days_since_first_view, 0), 1 / 24) as days
    from known_videos
),

-- views per day: those of the last day, with the rate of the longer time before as one
-- view of evidence, and so on back to the rate of all videos
described as (
    select
        aged_videos.*,
        avg(coalesce(view_count, 0)) over (partition by cutoff)
        / greatest(max(days) over (partition by cutoff), 1) as log_rate,
        (coalesce(view_count, 0) + 1) / (days + 1 / log_rate) as rate_all,
        (coalesce(view_count_7d, 0) + 1) / (least(days, 7) + 1 / rate_all) as rate_7d,
        (coalesce(view_count_3d, 0) + 1) / (least(days, 3) + 1 / rate_7d) as rate_3d,
        (coalesce(view_count_1d, 0) + 1) / (least(days, 1) + 1 / rate_3d) as rate_1d
    from aged_videos
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
        described.median_watch_ratio,
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
            else described.is_alive
        end as is_alive,
        described.video_duration_ms
    from described
    left join log_at_cutoffs on described.cutoff = log_at_cutoffs.cutoff
)

select * from cutoff_videos

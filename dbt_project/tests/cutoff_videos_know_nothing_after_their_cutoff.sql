-- What a cut-off says of a video equals a count of the events before it, window by
-- window, and every video watched before it or uploaded before its day is there.
with cutoffs as (
    select * from {{ ref('cutoffs') }}
),

sample as (
    select video_id from {{ ref('video_profiles') }}
    order by hash(video_id)
    limit 200
),

log as (
    select
        interactions.video_id,
        interactions.event_unix_ms,
        interactions.event_at,
        interactions.watch_ratio > 1 as is_above_one,
        interactions.is_long_view,
        interactions.nth_watch,
        interactions.split
    from {{ ref('interactions') }} as interactions
    inner join sample on interactions.video_id = sample.video_id
),

known as (
    select
        cutoffs.cutoff,
        log.*,
        (cutoffs.cutoff_unix_ms - log.event_unix_ms) / 86400000 as days_ago
    from log
    inner join cutoffs
        on
            if(
                cutoffs.is_boundary,
                log.split = 'train',
                log.event_unix_ms < cutoffs.cutoff_unix_ms
            )
),

recounted as (
    select
        cutoff,
        video_id,
        {% for days in [1, 3, 7, 100000] %}
        count_if(days_ago <= {{ days }}) as view_count_{{ days }},
        count_if(days_ago <= {{ days }} and is_long_view) as long_view_count_{{ days }},
        count_if(days_ago <= {{ days }} and is_above_one) as above_one_count_{{ days }},
        count_if(days_ago <= {{ days }} and nth_watch = 1) as first_count_{{ days }},
        {% endfor %}
        min(event_at) as first_viewed_at,
        max(event_at) as last_viewed_at
    from known
    group by cutoff, video_id
),

expected as (
    select
        cutoffs.cutoff,
        profiles.video_id,
        {{ all_but(['cutoff', 'video_id'], 'recounted') }} -- noqa: RF02
    from {{ ref('video_profiles') }} as profiles
    inner join sample on profiles.video_id = sample.video_id
    cross join cutoffs
    left join recounted
        on cutoffs.cutoff = recounted.cutoff and profiles.video_id = recounted.video_id
    where recounted.video_id is not null or profiles.uploaded_on < cutoffs.as_of_date
),

found as (
    select cutoff_videos.*
    from {{ ref('cutoff_videos') }} as cutoff_videos
    inner join sample on cutoff_videos.video_id = sample.video_id
)

select
    coalesce(expected.cutoff, found.cutoff) as cutoff,
    coalesce(expected.video_id, found.video_id) as video_id
from expected
full outer join found
    on expected.cutoff = found.cutoff and expected.video_id = found.video_id
where
    expected.video_id is null
    or found.video_id is null
    {% for days, window in [(1, '_1d'), (3, '_3d'), (7, '_7d'), (100000, '')] %}
    {% for measure in ['view_count', 'long_view_count', 'above_one_count'] %}
    or found.{{ measure }}{{ window }} != coalesce(expected.{{ measure }}_{{ days }}, 0)
    {% endfor %}
    {% endfor %}
    or found.first_view_count_3d != coalesce(expected.first_count_3, 0)
    or found.first_viewed_at is distinct from expected.first_viewed_at
    or found.last_viewed_at is distinct from expected.last_viewed_at

{# CTEs: what play times say of some users and videos at the boundary, as of the latest run.
   pair_parts has a row per pair: each part in log play time (log_*) and in log-odds of a long
   view, where level, video, taste, context and length add up. #}
{% macro pair_parts(user_ids, video_ids) -%}
vectors as (
    {{ latest_vectors() }}
),

-- few users, few videos and one row of what all share, before anything is joined: left to
-- itself the planner once joined the log to all users and videos
asked_users as materialized (
    select entity_id as user_id, vector
    from vectors
    where entity = 'play_user' and entity_id in ({{ user_ids }})
),

asked_videos as materialized (
    select entity_id as video_id, vector
    from vectors
    where entity = 'play_video' and entity_id in ({{ video_ids }})
),

shared as materialized (
    select
        {%- for name in ['usual', 'hour', 'repeat', 'age', 'chance'] %}
        any_value(vector) filter (where entity = 'play_{{ name }}') as play_{{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from vectors
),

watched as materialized (
    select
        c.user_id,
        c.video_id,
        c.watch_count
    from {{ ref('als_confidences') }} as c
    where
        c.user_id in (select asked_users.user_id from asked_users)
        and c.video_id in (select asked_videos.video_id from asked_videos)
),

pairs as (
    select
        users.user_id,
        videos.video_id,
        p.video_duration_ms,
        users.vector[2] as log_level,
        shared.play_usual[1] as log_usual,
        videos.vector[1] as log_video,
        list_inner_product(users.vector[3:], videos.vector[2:]) as log_taste,
        shared.play_hour[hour(b.boundary_at) + 1]
        + shared.play_repeat[least(coalesce(w.watch_count, 0), 5) + 1]
        + shared.play_age[
            coalesce(least(greatest(b.boundary_on - p.uploaded_on, 0), 60), 61) + 1
        ] as log_context,
        ln(t.watch_ratio_threshold * p.video_duration_ms) as log_long_view,
        shared.play_chance[2] / users.vector[1] as weight
    from asked_users as users
    cross join asked_videos as videos
    cross join shared
    cross join {{ ref('split_boundary') }} as b
    inner join {{ ref('video_profiles') }} as p on videos.video_id = p.video_id
    inner join {{ ref('long_view_thresholds') }} as t
        on {{ is_threshold_of('t', 'p.video_duration_ms') }}
    left join watched as w
        on users.user_id = w.user_id and videos.video_id = w.video_id
    where shared.play_usual is not null
),

pair_parts as (
    select
        pairs.*,
        (pairs.log_level - pairs.log_usual) * pairs.weight as level,
        pairs.log_video * pairs.weight as video,
        pairs.log_taste * pairs.weight as taste,
        pairs.log_context * pairs.weight as context,
        (pairs.log_usual - pairs.log_long_view) * pairs.weight as length
    from pairs
)
{%- endmacro %}

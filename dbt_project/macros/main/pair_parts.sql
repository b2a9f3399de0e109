{# CTEs: what play times say of some users and videos at the boundary, as of the latest run.
   pair_parts has a row per pair: each part in log play time (log_*) and in log-odds of a long
   view, where level, video, taste, context and length add up. #}
{% macro pair_parts(user_ids, video_ids) -%}
vectors as (
    {{ latest_vectors() }}
),

pairs as (
    select
        users.entity_id as user_id,
        videos.entity_id as video_id,
        p.video_duration_ms,
        users.vector[2] as log_level,
        usual.vector[1] as log_usual,
        videos.vector[1] as log_video,
        list_inner_product(users.vector[3:], videos.vector[2:]) as log_taste,
        hours.vector[hour(b.boundary_at) + 1]
        + repeats.vector[least(coalesce(w.watch_count, 0), 5) + 1]
        + ages.vector[
            coalesce(least(greatest(b.boundary_on - p.uploaded_on, 0), 60), 61) + 1
        ] as log_context,
        ln(t.watch_ratio_threshold * p.video_duration_ms) as log_long_view,
        chances.vector[2] / users.vector[1] as weight
    from vectors as users
    inner join vectors as videos on videos.entity = 'play_video'
    inner join vectors as usual on usual.entity = 'play_usual'
    inner join vectors as hours on hours.entity = 'play_hour'
    inner join vectors as repeats on repeats.entity = 'play_repeat'
    inner join vectors as ages on ages.entity = 'play_age'
    inner join vectors as chances on chances.entity = 'play_chance'
    inner join {{ ref('video_profiles') }} as p on videos.entity_id = p.video_id
    inner join {{ ref('long_view_thresholds') }} as t
        on
            {{ duration_step('p.video_duration_ms') }} >= t.min_step
            and {{ duration_step('p.video_duration_ms') }} < t.end_step
    cross join {{ ref('split_boundary') }} as b
    left join {{ ref('als_confidences') }} as w
        on users.entity_id = w.user_id and videos.entity_id = w.video_id
    where
        users.entity = 'play_user'
        and users.entity_id in ({{ user_ids }})
        and videos.entity_id in ({{ video_ids }})
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

-- why a video is where it is for a user. For any pair, what play times say, split into
-- five parts that add up in log-odds of a long view; for the top of each list also the
-- largest contributions to the ranker, which source found the video, whether it is alive
-- and how fresh
{{ config(parameters=['user_id', 'video_id']) }}
-- depends_on: {{ ref('id_keys') }}
with vectors as (
    select
        v.entity,
        v.entity_id,
        v.vector
    from {{ source('ml', 'embedding_vectors') }} as v
    where v.run_id = {{ latest_run_id() }}
),

pair as (
    select
        users.vector[1] as spread,
        users.vector[2] as level,
        usual.vector[1] as usual_level,
        videos.vector[1] as video,
        list_inner_product(users.vector[3:], videos.vector[2:]) as taste,
        hours.vector[hour(b.boundary_at) + 1]
        + repeats.vector[least(coalesce(w.watch_count, 0), 5) + 1]
        + ages.vector[
            coalesce(least(greatest(b.boundary_on - p.uploaded_on, 0), 60), 61) + 1
        ] as context,
        ln(t.watch_ratio_threshold * p.video_duration_ms) as long_view,
        p.video_duration_ms,
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
        and users.entity_id = main.user_key(user_id)
        and videos.entity_id = main.video_key(video_id)
),

play_parts as (
    select
        'level' as feature,
        format('{:.1f} s', exp(level) / 1000) as feature_value,
        (level - usual_level) * weight as contribution,
        format(
            'the user usually watches this long; users do {:.1f} s',
            exp(usual_level) / 1000
        ) as description
    from pair
    union all
    select
        'video',
        format('{:+.1f} %', 100 * (exp(video) - 1)),
        video * weight,
        'how much longer than usual everybody watches the video'
    from pair
    union all
    select
        'taste',
        format('{:+.1f} %', 100 * (exp(taste) - 1)),
        taste * weight,
        'how much longer than others this user is expected to watch it: taste'
    from pair
    union all
    select
        'context',
        format('{:+.1f} %', 100 * (exp(context) - 1)),
        context * weight,
        'how much longer at this hour, age of the video and repeat'
    from pair
    union all
    select
        'length',
        format('{:.1f} s', exp(long_view) / 1000),
        (usual_level - long_view) * weight,
        format('what a long view takes of a video of {:.1f} s', video_duration_ms / 1000)
    from pair
),

reasons as (
    select
        row_number() over (order by abs(p.contribution) desc, p.feature asc) as position,
        p.feature,
        p.feature_value,
        p.contribution,
        p.description
    from play_parts as p
    union all
    select
        e.position + (select count(*) from play_parts),
        e.feature,
        {{ readable('main.feature_shown(e.feature, e.feature_value)') }},
        e.contribution,
        c.description
    from {{ source('ml', 'explanations') }} as e
    left join {{ ref('feature_catalog') }} as c on e.feature = c.feature_name
    where
        e.run_id = {{ latest_run_id() }}
        and e.user_id = main.as_user_id(user_id)
        and e.video_id = main.as_video_id(video_id)
)

select
    r.position,
    r.feature,
    r.feature_value,
    round(r.contribution, 4) as contribution,
    case when r.contribution > 0 then 'up' else 'down' end as pushes,
    r.description,
    l.candidate_source || ' (#' || l.candidate_rank || ')' as found_by,
    l.is_alive,
    round(l.days_since_last_view, 2) as days_since_last_view
from reasons as r
left join {{ source('ml', 'recommendations') }} as l
    on
        l.run_id = {{ latest_run_id() }}
        and l.user_id = main.as_user_id(user_id)
        and l.video_id = main.as_video_id(video_id)
order by r.position

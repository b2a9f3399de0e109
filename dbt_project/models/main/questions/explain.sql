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

-- what the list ranker looks at beyond the features of the catalog
list_words (feature, description) as (
    values
    (
        'order_trending',
        'views that the video now gets, of the log; far down if it is dead'
    ),
    (
        'order_most_viewed_1d',
        'views of the video in the last day, as a logarithm'
    ),
    (
        'order_most_viewed_3d',
        'views of the video in the last 3 days, as a logarithm'
    ),
    (
        'order_most_viewed_7d',
        'views of the video in the last 7 days, as a logarithm'
    ),
    (
        'order_most_viewed',
        'views of the video in the whole log, as a logarithm'
    ),
    (
        'order_most_long_views_1d',
        'long views of the video in the last day, as a logarithm'
    ),
    (
        'order_most_long_views_3d',
        'long views of the video in the last 3 days, as a logarithm'
    ),
    (
        'order_most_long_views_7d',
        'long views of the video in the last 7 days, as a logarithm'
    ),
    (
        'order_most_long_views',
        'long views of the video in the whole log, as a logarithm'
    ),
    (
        'order_most_above_one_1d',
        'views beyond the end of the video in the last day, as a logarithm'
    ),
    (
        'order_most_above_one_3d',
        'views beyond the end of the video in the last 3 days, as a logarithm'
    ),
    (
        'order_most_above_one_7d',
        'views beyond the end of the video in the last 7 days, as a logarithm'
    ),
    (
        'order_most_above_one',
        'views beyond the end of the video in the whole log, as a logarithm'
    ),
    ('order_best_received', 'share of long views among the views of the video'),
    ('order_newest', 'days since the video was first viewed, fewest first'),
    ('order_trending_long_views', 'long views that the video now gets'),
    (
        'order_trending_above_one',
        'views beyond the end that the video now gets'
    ),
    (
        'order_trending_taste',
        'views that the video now gets, times the chance of a long view'
    ),
    (
        'order_trending_above_one_taste',
        'views that the video now gets, times the chance to play beyond the end'
    ),
    ('order_als', 'ALS: inner product of user and video'),
    (
        'video_long_view_share_7d',
        'share of long views of the video in the last 7 days'
    ),
    (
        'video_above_one_share',
        'share of the views of the video that went beyond its end'
    ),
    ('video_above_one_share_7d', 'the same share in the last 7 days'),
    (
        'video_first_views_3d',
        'users who first met the video in the last 3 days, as a logarithm'
    ),
    ('video_days_since_first_view', 'days since the video was first viewed'),
    ('video_days_since_last_view', 'days since the video was last viewed'),
    ('video_log_duration', 'length of the video, as a logarithm'),
    ('user_views', 'views of the user before the day, as a logarithm'),
    ('above_one_odds', 'expected play time against the length of the video'),
    ('candidate_rank', 'place of the video among the candidates'),
    ('trending_rank', 'place of the video in the source trending'),
    ('als_alive_rank', 'place of the video in the source als_alive'),
    (
        'trending_to_end_rank',
        'place of the video in the source trending_to_end'
    ),
    ('content_rank', 'place of the video in the source content')
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
        coalesce(c.description, words.description)
    from {{ source('ml', 'explanations') }} as e
    left join {{ ref('feature_catalog') }} as c on e.feature = c.feature_name
    left join list_words as words on e.feature = words.feature
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

-- why a video is where it is for a user. For any pair, what play times say, split into
-- five parts that add up in log-odds of a long view; for the top of each list also the
-- largest contributions to the ranker, which source found the video, whether it is alive
-- and how fresh
{{ config(parameters=['user_id', 'video_id']) }}
-- depends_on: {{ ref('id_keys') }}
with {{ pair_parts('select main.user_key(user_id)', 'select main.video_key(video_id)') }},

play_parts as (
    select
        'level' as feature,
        format('{:.1f} s', exp(p.log_level) / 1000) as feature_value,
        p.level as contribution,
        format(
            'the user usually watches this long; users do {:.1f} s',
            exp(p.log_usual) / 1000
        ) as description
    from pair_parts as p
    union all
    select
        'video',
        format('{:+.1f} %', 100 * (exp(p.log_video) - 1)),
        p.video,
        'how much longer than usual everybody watches the video'
    from pair_parts as p
    union all
    select
        'taste',
        format('{:+.1f} %', 100 * (exp(p.log_taste) - 1)),
        p.taste,
        'how much longer than others this user is expected to watch it: taste'
    from pair_parts as p
    union all
    select
        'context',
        format('{:+.1f} %', 100 * (exp(p.log_context) - 1)),
        p.context,
        'how much longer at this hour, age of the video and repeat'
    from pair_parts as p
    union all
    select
        'length',
        format('{:.1f} s', exp(p.log_long_view) / 1000),
        p.length,
        format(
            'what a long view takes of a video of {:.1f} s', p.video_duration_ms / 1000
        )
    from pair_parts as p
),

-- what the list ranker looks at beyond the features of the catalog
list_words (feature, description) as (
    values
    (
        'order_trending',
        'views that the video now gets, of the log; far down if it is dead'
    ),
    {% for name, what in [
        ('viewed', 'views'), ('long_views', 'long views'), ('above_one', 'views beyond the end')
    ] %}
    {% for ending, period in [
        ('_1d', 'last day'), ('_3d', 'last 3 days'), ('_7d', 'last 7 days'), ('', 'whole log')
    ] %}
    (
        'order_most_{{ name }}{{ ending }}',
        '{{ what }} of the video in the {{ period }}, as a logarithm'
    ),
    {% endfor %}
    {% endfor %}
    ('order_best_received', 'share of long views among the views of the video'),
    ('order_newest', 'days since the video was first viewed, fewest first'),
    ('order_trending_long_views', 'long views that the video now gets'),
    (
        'order_trending_above_one',
        'views beyond the end that the video now gets'
    ),
    (
        'order_trending_taste',
        'views that the video now gets, times taste and the chance of a long view'
    ),
    (
        'order_trending_exposure',
        'views that the video now gets, exposure, and the chance of a long view'
    ),
    (
        'order_trending_above_one_taste',
        'views that the video now gets, exposure, and the chance to play on'
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
    (
        'exposure_score',
        'how likely such videos are shown to this user: ALS on all views'
    ),
    ('exposure_taste', 'the part of exposure_score that is the user''s own'),
    ('above_one_odds', 'expected play time against the length of the video'),
    ('candidate_rank', 'place of the video among the candidates')
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
        coalesce(
            c.description,
            words.description,
            'place of the video in the source '
            || nullif(regexp_extract(e.feature, '^(.+)_rank$', 1), '')
        )
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

{#- A sample of a history table, counted again event by event from the staged log, strictly
    before the as-of day, equals the table exactly. Shares no code with macros/history.sql.

    keys         columns that name the thing
    prefix       of the feature columns
    prior_views  weight of the prior
    prior        log: means of all earlier events; user: the user's own shrunken means
    is_pair      the table holds states valid from a day on
    of_friends   the events are those of the user's friends -#}
{% test recounts_from_raw_events(
    model, keys, prefix, prior_views, prior='log', is_pair=false, of_friends=false
) %}
{% set day = 'valid_from' if is_pair else 'as_of_date' %}
{% set measures = ['ratio', 'above_one', 'long_view', 'log_play'] %}
{% set columns = {
    'ratio': 'mean_watch_ratio', 'above_one': 'share_above_one',
    'long_view': 'share_long_view', 'log_play': 'mean_log_play'
} %}

with sample as (
    select *
    from {{ model }}
    order by hash({{ keys | join(', ') }}, {{ day }})
    limit 150
),

raw_events as (
    select
        log.user_id,
        log.video_id,
        profiles.author_id,
        profiles.first_tag_id,
        profiles.first_level_category_id,
        {{ duration_class('log.video_duration_ms') }} as duration_class,
        hour(log.event_at) as event_hour,
        cast(log.event_at as date) as event_day,
        cast(round(if(log.watch_ratio > 5, 5, log.watch_ratio) * 10000) as bigint)
            as ratio_e4,
        cast(
            round(
                ln(
                    case
                        when log.play_duration_ms < 500 then 0.5
                        when log.play_duration_ms > 60000 then 60.0
                        else log.play_duration_ms / 1000.0
                    end
                ) * 10000
            ) as bigint
        ) as log_play_e4,
        cast(log.watch_ratio > 1 as integer) as above_one,
        cast(log.watch_ratio > thresholds.watch_ratio_threshold as integer) as long_view
    from {{ ref('stg_interactions') }} as log
    left join {{ ref('video_profiles') }} as profiles on log.video_id = profiles.video_id
    inner join ({{ long_view_steps() }}) as thresholds
        on {{ duration_step('log.video_duration_ms') }} = thresholds.duration_step
),

events as (
    select
        {% if of_friends %}
        friendships.user_id,
        raw_events.* exclude (user_id)
        {% else %}
        raw_events.*
        {% endif %}
    from raw_events
    {% if of_friends %}
    inner join {{ ref('stg_friendships') }} as friendships
        on raw_events.user_id = friendships.friend_id
    {% endif %}
),

known_events as (
    select * from events
    where {% for key in keys %}{{ key }} is not null{{ ' and ' if not loop.last }}{% endfor %}
),

log_days as (
    select
        event_day,
        count(*) as n,
        sum(ratio_e4) as ratio_e4,
        sum(above_one) as above_one,
        sum(long_view) as long_view,
        sum(log_play_e4) as log_play_e4
    from {{ 'known_events' if is_pair else 'raw_events' }}
    group by all
),

log_means as (
    select
        sample_days.{{ day }},
        sum(log_days.ratio_e4) / 10000 / sum(log_days.n) as ratio,
        sum(log_days.above_one) / sum(log_days.n) as above_one,
        sum(log_days.long_view) / sum(log_days.n) as long_view,
        sum(log_days.log_play_e4) / 10000 / sum(log_days.n) as log_play
    from (select distinct {{ day }} from sample) as sample_days
    left join log_days on sample_days.{{ day }} > log_days.event_day
    group by all
),

recounted as (
    select
        {% for key in keys %}sample.{{ key }}, {% endfor %}
        sample.{{ day }},
        count(events.event_day) as n,
        max(events.event_day) as last_day,
        coalesce(sum(events.ratio_e4), 0) / 10000 as ratio,
        coalesce(sum(events.above_one), 0) as above_one,
        coalesce(sum(events.long_view), 0) as long_view,
        coalesce(sum(events.log_play_e4), 0) / 10000 as log_play
    from sample
    left join known_events as events
        on
            {% for key in keys %}sample.{{ key }} = events.{{ key }}
            and {% endfor %} sample.{{ day }} > events.event_day
    group by all
),

{% if is_pair %}
next_days as (
    select
        {% for key in keys %}sample.{{ key }}, {% endfor %}
        sample.{{ day }},
        coalesce(min(events.event_day), date '9999-12-31') as next_day
    from sample
    left join known_events as events
        on
            {% for key in keys %}sample.{{ key }} = events.{{ key }}
            and {% endfor %} sample.{{ day }} <= events.event_day
    group by all
),

{% endif %}
{% if prior == 'user' %}
user_counts as (
    select
        sample.user_id,
        sample.{{ day }},
        count(raw_events.event_day) as n,
        coalesce(sum(raw_events.ratio_e4), 0) / 10000 as ratio,
        coalesce(sum(raw_events.above_one), 0) as above_one,
        coalesce(sum(raw_events.long_view), 0) as long_view,
        coalesce(sum(raw_events.log_play_e4), 0) / 10000 as log_play
    from (select distinct user_id, {{ day }} from sample) as sample
    left join raw_events
        on
            sample.user_id = raw_events.user_id
            and sample.{{ day }} > raw_events.event_day
    group by all
),

priors as (
    select
        user_counts.user_id,
        user_counts.{{ day }},
        {% for measure in measures %}
        cast(
            (user_counts.{{ measure }} + 20 * cast(log_means.{{ measure }} as float))
            / (user_counts.n + 20) as float
        ) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from user_counts
    inner join log_means on user_counts.{{ day }} = log_means.{{ day }}
),
{% else %}
priors as (
    select
        {{ day }},
        {% for measure in measures %}
        cast({{ measure }} as {{ 'double' if is_pair else 'float' }}) as {{ measure }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from log_means
),
{% endif %}

expected as (
    select
        {% for key in keys %}recounted.{{ key }}, {% endfor %}
        recounted.{{ day }},
        recounted.n,
        recounted.last_day,
        {% for measure in measures %}
        cast(
            (recounted.{{ measure }} + {{ prior_views }} * priors.{{ measure }})
            / (recounted.n + {{ prior_views }}) as float
        ) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from recounted
    left join priors
        on
            recounted.{{ day }} = priors.{{ day }}
            {{ 'and recounted.user_id = priors.user_id' if prior == 'user' }}
)

select
    sample.*,
    expected.* exclude ({{ keys | join(', ') }}, {{ day }})
from sample
left join expected
    on
        {% for key in keys %}sample.{{ key }} = expected.{{ key }}
        and {% endfor %} sample.{{ day }} = expected.{{ day }}
{% if is_pair %}
left join next_days
    on
        {% for key in keys %}sample.{{ key }} = next_days.{{ key }}
        and {% endfor %} sample.{{ day }} = next_days.{{ day }}
{% endif %}
where
    sample.{{ prefix }}_view_count is distinct from expected.n
    {% if is_pair %}
    or sample.{{ prefix }}_last_event_on is distinct from expected.last_day
    or sample.valid_to is distinct from next_days.next_day
    {% else %}
    or sample.{{ prefix }}_days_since_last
    is distinct from sample.{{ day }} - expected.last_day
    {% endif %}
    {% for measure in measures %}
    or sample.{{ prefix }}_{{ columns[measure] }} is distinct from expected.{{ measure }}
    {% endfor %}
{% endtest %}

{#- A sample of a history table, counted again event by event from the staged log, strictly
    before the as-of day, equals the table exactly. Shares no code with macros/history.sql;
    the priors of the log and of a user are tables with recounts of their own.

    keys         columns that name the thing
    prefix       of the feature columns
    prior_views  weight of the prior
    prior        log: log_history; user: user_priors; of a pair always all events so far
    is_pair      the table holds states valid from a day on
    of_friends   the events are those of the user's friends -#}
{% test recounts_from_raw_events(
    model, keys, prefix, prior_views, prior='log', is_pair=false, of_friends=false
) %}
{% set day = 'valid_from' if is_pair else 'as_of_date' %}
{% set columns = {
    'ratio': 'mean_watch_ratio', 'above_one': 'share_above_one',
    'long_view': 'share_long_view', 'log_play': 'mean_log_play'
} %}
{% set units = {'ratio': ' / 10000', 'above_one': '', 'long_view': '', 'log_play': ' / 10000'} %}
{% set is_same %}
    {% for key in keys %}sample.{{ key }} = other.{{ key }}
    and {% endfor %}
{% endset %}
{% set sums_per_day %}
    {% set play_seconds %}greatest(least(events.play_duration_ms / 1000.0, 60.0), 0.5){% endset %}
    events.event_day,
    count(*) as n,
    sum(cast(round(least(events.watch_ratio, 5) * 10000) as bigint)) as ratio,
    sum(cast(round(ln({{ play_seconds }}) * 10000) as bigint)) as log_play,
    sum(cast(events.watch_ratio > 1 as integer)) as above_one,
    sum(cast(events.watch_ratio > thresholds.watch_ratio_threshold as integer)) as long_view
{% endset %}
{% set with_thresholds %}
    inner join ({{ long_view_steps() }}) as thresholds
        on {{ duration_step('events.video_duration_ms') }} = thresholds.duration_step
{% endset %}

with sample as (
    select *
    from {{ model }}
    order by hash({{ keys | join(', ') }}, {{ day }})
    limit 150
),

events {{ computed_in_place() }} (
    select
        {{ 'friendships' if of_friends else 'log' }}.user_id,
        log.video_id,
        profiles.author_id,
        profiles.first_tag_id,
        profiles.first_level_category_id,
        {{ duration_class('log.video_duration_ms') }} as duration_class,
        hour(log.event_at) as event_hour,
        cast(log.event_at as date) as event_day,
        log.watch_ratio,
        log.play_duration_ms,
        log.video_duration_ms
    from {{ ref('stg_interactions') }} as log
    left join {{ ref('video_profiles') }} as profiles on log.video_id = profiles.video_id
    {% if of_friends %}
    inner join {{ ref('stg_friendships') }} as friendships
        on log.user_id = friendships.friend_id
    {% endif %}
),

asked {{ computed_in_place() }} (
    select * from events
    semi join sample using ({{ keys | join(', ') }})
),

days as (
    select
        {% for key in keys %}events.{{ key }}, {% endfor %}
        {{ sums_per_day }}
    from asked as events
    {{ with_thresholds }}
    group by all
),

recounted as (
    select
        {% for key in keys %}sample.{{ key }}, {% endfor %}
        sample.{{ day }},
        coalesce(sum(other.n), 0) as n,
        max(other.event_day) as last_day,
        {% for measure, unit in units.items() %}
        coalesce(sum(other.{{ measure }}), 0){{ unit }} as {{ measure }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from sample
    left join days as other
        on {{ is_same }} sample.{{ day }} > other.event_day
    group by all
),

{% if is_pair %}
log_days as (
    select {{ sums_per_day }}
    from events
    {{ with_thresholds }}
    where {% for key in keys %}events.{{ key }} is not null{{ ' and ' if not loop.last }}
    {%- endfor %}
    group by all
),

priors as (
    select
        sample_days.{{ day }},
        {% for measure, unit in units.items() %}
        sum(log_days.{{ measure }}){{ unit }} / sum(log_days.n) as {{ measure }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from (select distinct {{ day }} from sample) as sample_days
    left join log_days on sample_days.{{ day }} > log_days.event_day
    group by all
),

next_days as (
    select
        {% for key in keys %}sample.{{ key }}, {% endfor %}
        sample.{{ day }},
        coalesce(min(other.event_day), date '9999-12-31') as next_day
    from sample
    left join days as other
        on {{ is_same }} sample.{{ day }} <= other.event_day
    group by all
),
{% else %}
priors as (
    select
        {{ 'user_id,' if prior == 'user' }}
        {{ day }},
        {% for measure, column in columns.items() %}
        prior_{{ column }} as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('user_priors') if prior == 'user' else ref('log_history') }}
),
{% endif %}

expected as (
    select
        {{ all_but(units, 'recounted') }},
        {% for measure in units %}
        cast(
            (recounted.{{ measure }} + {{ prior_views }} * priors.{{ measure }})
            / (recounted.n + {{ prior_views }}) as float
        ) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from recounted
    left join priors using ({{ 'user_id, ' if prior == 'user' }}{{ day }})
)

select
    sample.*,
    {{ all_but(keys + [day], 'other') }}
from sample
left join expected as other
    on {{ is_same }} sample.{{ day }} = other.{{ day }}
{% if is_pair %}
left join next_days
    on
        {% for key in keys %}sample.{{ key }} = next_days.{{ key }}
        and {% endfor %} sample.{{ day }} = next_days.{{ day }}
{% endif %}
where
    sample.{{ prefix }}_view_count is distinct from other.n
    {% if is_pair %}
    or sample.{{ prefix }}_last_event_on is distinct from other.last_day
    or sample.valid_to is distinct from next_days.next_day
    {% else %}
    or sample.{{ prefix }}_days_since_last
    is distinct from {{ days_between('sample.' ~ day, 'other.last_day') }}
    {% endif %}
    {% for measure, column in columns.items() %}
    or sample.{{ prefix }}_{{ column }} is distinct from other.{{ measure }}
    {% endfor %}
{% endtest %}

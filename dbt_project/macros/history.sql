{#- History of something (a user, a video, a user with a tag ...) as of a day: what the log
    knew of it strictly before that day. Grain: (keys, as_of_date). Days without an event
    need no row, but everything known gets one at each cut-off, as of which lists are made,
    the dense matrix is scored and the second stage learns.

    Sums are of whole numbers, so they are exact whatever the order; means are shrunk
    toward `prior_*` columns of the prior relation with the weight of `prior_views` views.

    keys         columns that name the thing
    prefix       of the feature columns
    days         relation with the sums of each of its days, see day_sums(); with none they
                 are counted in interaction_events
    prior        relation with prior_mean_watch_ratio, prior_share_above_one,
                 prior_share_long_view, prior_mean_log_play per (prior_keys)
    prior_views  weight of the prior, in views -#}
{% macro history(
    keys, prefix, prior, prior_keys=['as_of_date'], prior_views=20, days=none
) %}

with priors as (
    select * from {{ prior }}
),

{{ sums_of_as_of_days(keys, days) }},

known_before as (
    select
        {{ keys | join(', ') }},
        as_of_date,
        {%- for name in history_sum_names() %}
        coalesce(sum({{ name }}) over past, 0) as {{ name }},
        {%- endfor %}
        max(last_event_on) over past as last_seen_on
    from as_of_days
    window past as (
        partition by {{ keys | join(', ') }}
        order by as_of_date
        rows between unbounded preceding and 1 preceding
    )
),

history as (
    select
        {% for key in keys %}known_before.{{ key }},
        {% endfor -%}
        known_before.as_of_date,
        {{ history_features('known_before', prefix, prior_views) }},
        {{ as_smallint(days_between('known_before.as_of_date', 'known_before.last_seen_on')) }}
            as {{ prefix }}_days_since_last
    from known_before
    inner join priors using ({{ prior_keys | join(', ') }})
    where {{ is_built('known_before.as_of_date') }}
)

select * from history
{% endmacro %}


{#- The last days before each as-of day, for spans of so many days: sums over windows of
    sums_of_as_of_days(), the windows, with all_time beside them, and the features. A mean
    watch_ratio is shrunk toward that of the log, a share is null without views. -#}
{% macro recent_sums(spans) -%}
    {%- for days in spans %}
        {%- for name in history_sum_names() %}
        coalesce(sum({{ name }}) over last_{{ days }}_days, 0) as {{ name }}_{{ days }}d,
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{% macro recent_windows(key, spans) -%}
    window
        {%- for days in spans %}
        last_{{ days }}_days as (
            partition by {{ key }} order by as_of_date
            range between interval {{ days }} days preceding and interval 1 day preceding
        ),
        {%- endfor %}
        all_time as (
            partition by {{ key }} order by as_of_date
            rows between unbounded preceding and 1 preceding
        )
{%- endmacro %}

{% macro recent_features(prefix, spans) -%}
    {%- for days in spans %}
        {%- set views = 'windows.view_count_' ~ days ~ 'd' %}
        cast({{ views }} as integer) as {{ prefix }}_view_count_{{ days }}d,
        cast(
            (windows.watch_ratio_e4_{{ days }}d / 10000 + 20 * priors.prior_mean_watch_ratio)
            / ({{ views }} + 20) as float
        ) as {{ prefix }}_mean_watch_ratio_{{ days }}d,
        {{ ratio('windows.above_one_count_' ~ days ~ 'd', views) }}
            as {{ prefix }}_share_above_one_{{ days }}d,
        {{ ratio('windows.long_view_count_' ~ days ~ 'd', views) }}
            as {{ prefix }}_share_long_view_{{ days }}d,
        {{ ratio('windows.log_play_seconds_e4_' ~ days ~ 'd / 10000', views) }}
            as {{ prefix }}_mean_log_play_{{ days }}d,
    {%- endfor %}
{%- endmacro %}


{#- Of which thing so many events of a day are: the relation that histories are made of. It
    is keyed by day, so that a new day is added to it, and its sums are exact. -#}
{% macro day_sums(keys, more={}) -%}
with events as (
    select * from {{ ref('interaction_events') }}
    where {{ is_built('event_on') }}
)

select
    {{ keys | join(', ') }},
    event_on,
    {%- for name, total in more.items() %}
    {{ total }} as {{ name }},
    {%- endfor %}
    {{ history_sums() }}
from events
group by all
{%- endmacro %}


{#- The CTEs from the events to the sums of each as-of day (the day itself, not yet what was
    before it): days with events, and each cut-off for all that was seen before it. `more`
    names further sums of the days. Where only the last days are built, those before them are
    one, but for so many days right before them. -#}
{% macro sums_of_as_of_days(keys, days=none, more=[], days_before=0) -%}
events as (
    select * from {{ days or ref('interaction_events') }}
),

cutoff_days as (
    select distinct as_of_date from {{ ref('cutoffs') }}
    where {{ is_built('as_of_date') }}
),

days as (
    select
        {{ keys | join(', ') }},
        {{ day_or_past('event_on', days_before + 1) }} as as_of_date,
        max(event_on) as last_event_on,
        {%- if days %}
        {{ sums_of(history_sum_names() + more) }}
        {%- else %}
        {{ history_sums() }}
        {%- endif %}
    from events
    {{ history_known_keys(keys) }}
    group by all
),

known_at_cutoffs as (
    select distinct
        {% for key in keys %}days.{{ key }}, {% endfor %}
        cutoff_days.as_of_date
    from days
    cross join cutoff_days
    where days.as_of_date < cutoff_days.as_of_date
),

days_and_cutoffs as (
    select * from days

    union all

    select
        *,
        null as last_event_on,
        {{ nulls_as(history_sum_names() + more) }}
    from known_at_cutoffs
),

as_of_days as (
    select
        {{ keys | join(', ') }},
        as_of_date,
        max(last_event_on) as last_event_on,
        {%- for name in history_sum_names() + more %}
        coalesce(sum({{ name }}), 0) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days_and_cutoffs
    group by all
)
{%- endmacro %}


{% macro sums_of(names) -%}
    {%- for name in names %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{% macro nulls_as(names) -%}
    {%- for name in names %}
        null as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- The sums of a day's events that every history is made of. -#}
{% macro history_sum_names() %}
    {% do return([
        'view_count', 'watch_ratio_e4', 'above_one_count', 'long_view_count',
        'log_play_seconds_e4',
    ]) %}
{% endmacro %}


{% macro history_sums() -%}
    count(*) as view_count,
    cast(sum(clipped_watch_ratio_e4) as bigint) as watch_ratio_e4,
    count(*) filter (where is_above_one) as above_one_count,
    count(*) filter (where is_long_view) as long_view_count,
    cast(sum(log_play_seconds_e4) as bigint) as log_play_seconds_e4
{%- endmacro %}


{#- Events whose key is unknown (a video without author) are left out. -#}
{% macro history_known_keys(keys) -%}
    where {% for key in keys -%}
        {{ key }} is not null{{ ' and ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Count and shrunk means from exact sums. Expects a relation `priors` in scope. -#}
{% macro history_features(sums, prefix, prior_views) -%}
    cast({{ sums }}.view_count as integer) as {{ prefix }}_view_count,
    {{ shrunk(sums ~ '.watch_ratio_e4 / 10000', sums, 'prior_mean_watch_ratio', prior_views) }}
        as {{ prefix }}_mean_watch_ratio,
    {{ shrunk(sums ~ '.above_one_count', sums, 'prior_share_above_one', prior_views) }}
        as {{ prefix }}_share_above_one,
    {{ shrunk(sums ~ '.long_view_count', sums, 'prior_share_long_view', prior_views) }}
        as {{ prefix }}_share_long_view,
    {{ shrunk(sums ~ '.log_play_seconds_e4 / 10000', sums, 'prior_mean_log_play', prior_views) }}
        as {{ prefix }}_mean_log_play
{%- endmacro %}


{#- (sum + weight * prior) / (count + weight): a mean that stays near the prior while
    evidence is weak (empirical Bayes for a known weight). -#}
{% macro shrunk(total, sums, prior_column, weight) -%}
    cast(
        ({{ total }} + {{ weight }} * priors.{{ prior_column }})
        / ({{ sums }}.view_count + {{ weight }}) as float
    )
{%- endmacro %}


{#- History of a pair that is seen once or twice (a user with an author): too many pairs for
    a row per day, so a row per day with views, valid from the next day until the pair is
    seen again. Grain: (keys, valid_from); used with
    `as_of_date between valid_from and valid_to`. -#}
{% macro pair_history(keys, prefix, prior_views=5, events=None) %}

with events as (
    select * from {{ events or ref('interaction_events') }}
),

days as (
    select
        {{ keys | join(', ') }},
        event_on,
        {{ history_sums() }}
    from events
    {{ history_known_keys(keys) }}
    group by all
),

running as (
    select
        {{ keys | join(', ') }},
        event_on,
        {%- for name in history_sum_names() %}
        sum({{ name }}) over so_far as {{ name }},
        {%- endfor %}
        lead(event_on) over of_keys as next_event_on
    from days
    window
        so_far as (
            partition by {{ keys | join(', ') }}
            order by event_on
            rows between unbounded preceding and current row
        ),
        of_keys as (partition by {{ keys | join(', ') }} order by event_on)
),

-- the prior of a state is the log up to the same day
log_days as (
    select
        event_on,
        {%- for name in history_sum_names() %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    group by all
),

priors as (
    select
        event_on,
        sum(watch_ratio_e4) over so_far / 10000 / sum(view_count) over so_far
            as prior_mean_watch_ratio,
        sum(above_one_count) over so_far / sum(view_count) over so_far
            as prior_share_above_one,
        sum(long_view_count) over so_far / sum(view_count) over so_far
            as prior_share_long_view,
        sum(log_play_seconds_e4) over so_far / 10000 / sum(view_count) over so_far
            as prior_mean_log_play
    from log_days
    window so_far as (
        order by event_on
        rows between unbounded preceding and current row
    )
),

history as (
    select
        {% for key in keys %}running.{{ key }},
        {% endfor -%}
        running.event_on + 1 as valid_from,
        coalesce(running.next_event_on, date '9999-12-31') as valid_to,
        {{ history_features('running', prefix, prior_views) }},
        running.event_on as {{ prefix }}_last_event_on
    from running
    inner join priors using (event_on)
)

select * from history
{% endmacro %}

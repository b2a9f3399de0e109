{#- The total order of the log: by time, ties by keys. Two events that agree in all of
    these are one event, so the order has no ties left. -#}
{% macro event_order(alias) -%}
    {{ alias }}.event_unix_ms, {{ alias }}.user_id, {{ alias }}.video_id,
    {{ alias }}.play_duration_ms, {{ alias }}.video_duration_ms
{%- endmacro %}

{#- Whether an event is before the first holdout event. Most events are decided by
    only the instant; the tuple is compared only at the boundary instant. -#}
{% macro is_before_boundary(event, boundary) -%}
    (
        {{ event }}.event_unix_ms < {{ boundary }}.boundary_unix_ms
        or (
            {{ event }}.event_unix_ms = {{ boundary }}.boundary_unix_ms
            and (
                {{ event }}.user_id, {{ event }}.video_id,
                {{ event }}.play_duration_ms, {{ event }}.video_duration_ms
            ) < (
                {{ boundary }}.boundary_user_id, {{ boundary }}.boundary_video_id,
                {{ boundary }}.boundary_play_duration_ms,
                {{ boundary }}.boundary_video_duration_ms
            )
        )
    )
{%- endmacro %}

{#- The first day of the holdout, where variable `boundary` names one: a date, or the first
    of the last days of the log. -#}
{% macro first_holdout_on(interactions) -%}
    {%- set boundary = var('boundary') | string -%}
    {%- if boundary.startswith('last-') -%}
        (select max(event_on) + 1 - {{ boundary.split('-')[1] | int }} from {{ interactions }})
    {%- else -%}
        date '{{ boundary }}'
    {%- endif -%}
{%- endmacro %}


{#- Whether the boundary and the thresholds stay where they were set. -#}
{% macro split_is_kept() -%}
    {%- if not execute or flags.WHICH not in ['run', 'build'] or model.resource_type != 'model' -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(build_state('split_definition is not null') if keeps_state()
              else lake_plan()['keeps_split']) }}
{%- endmacro %}

{#- The long-view threshold of every duration step, from the buckets of the training log:
    the join partner that turns a range lookup into an equality. -#}
{% macro long_view_steps() %}
    select
        {{ each_of(whole_numbers('min_step', 'end_step')) }} as duration_step,
        duration_bucket,
        watch_ratio_threshold
    from {{ ref('long_view_thresholds') }}
{% endmacro %}


{#- Gives the database what training asks of lengths: training.duration_step(duration_ms), and
    training.long_view_steps(), one row per step. -#}
{% macro create_long_view_macros() %}
    {%- set thresholds = ref('long_view_thresholds') -%}
    {%- if execute and keeps_state() and flags.WHICH in ['run', 'build']
            and all_are_built(['long_view_thresholds']) %}
    create or replace macro {{ thresholds.include(identifier=false) }}.duration_step(duration_ms) as
    {{ duration_step('duration_ms') }};

    create or replace macro {{ thresholds.include(identifier=false) }}.long_view_steps() as table
    {{ long_view_steps() }};
    {%- endif %}
{% endmacro %}

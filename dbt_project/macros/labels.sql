{#- The long-view threshold of every duration step, from the buckets of the training log:
    the join partner that turns a range lookup into an equality. -#}
{% macro long_view_steps() %}
    select
        {{ each_of(whole_numbers('min_step', 'end_step')) }} as duration_step,
        duration_bucket,
        watch_ratio_threshold
    from {{ ref('long_view_thresholds') }}
{% endmacro %}

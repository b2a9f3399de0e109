{#- What a value of a matrix shows of its column's way of writing; one row per line. -#}
{% macro matrix_values(name) -%}
    {%- set clock = told_format(name, 'timestamp') or 'mixed' -%}
    {%- set durations = ['play_duration', 'video_duration'] -%}
    select
        {{ clock_form('timestamp') }} as clock_form,
        {{ instant('timestamp', clock) }} as unix_ms,
        {%- for clock, form in clocks_of_a_file().items() %}
        case
            when {{ clock_form('timestamp') }} = '{{ form }}' then {{ instant('timestamp', clock) }}
        end as {{ clock | replace(' ', '_') }}_ms,
        {%- endfor %}
        {%- for column in durations %}
        {{ duration_ms(column, 'seconds') }} / 1000.0 as {{ column }},
        {{ has_colons(column) }} or {{ is_iso_duration(column) }} as {{ column }}_has_colons,
        {%- endfor %}
        {{ number('watch_ratio') }} as watch_ratio,
        {%- for column in ['user_id', 'video_id'] %}
        case
            when field_count is not distinct from expected_field_count
                then {{ is_odd_id(column) }}
        end as {{ column }}_is_odd{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(name) }}
{%- endmacro %}


{#-
    The days of the right clocks, counted by day of the Unix calendar. 01/02/2020 by itself
    is ambiguous: it is read as the clock of the whole file is, unless the clock is set.
-#}
{% macro matrix_days(name) -%}
    select
        floor(instants.unix_ms / 86400000)::bigint as unix_day,
        count(*) as event_count
    from (
        {%- if told_format(name, 'timestamp') %}
        select unix_ms from {{ name }}_values
        {%- else %}
        select
            coalesce(
                looks.unix_ms,
                case clock.format
                    {%- for clock in clocks_of_a_file() %}
                    when '{{ clock }}' then looks.{{ clock | replace(' ', '_') }}_ms
                    {%- endfor %}
                end
            ) as unix_ms
        from {{ name }}_values as looks
        cross join {{ name }}_clock as clock
        {%- endif %}
    ) as instants
    where instants.unix_ms is not null
    group by unix_day
{%- endmacro %}


{#-
    The units of the durations and of the ratio. A typical video of under 1,000 is one of
    seconds, not of under a second. Play times 200 times as small as the lengths, or 100
    times as large, for nine views in ten, are of another unit than the lengths.
-#}
{% macro matrix_units(name) -%}
    with measured as (
        select
            median(video_duration) filter (where video_duration > 0) as length,
            quantile_cont(play_duration / video_duration, 0.9) filter (
                where play_duration > 0 and video_duration > 0
            ) as high_ratio,
            median(watch_ratio / (play_duration / video_duration)) filter (
                where play_duration > 0 and video_duration > 0 and watch_ratio > 0
            ) as ratio_factor,
            avg(play_duration_has_colons::integer) > 0.5 as play_has_colons,
            avg(video_duration_has_colons::integer) > 0.5 as video_has_colons
        from {{ name }}_values
    ),

    units as (
        select
            *,
            case
                when video_has_colons then 'h:m:s'
                when length < 1000 then 'seconds'
                else 'milliseconds'
            end as video_unit,
            case
                when play_has_colons then 'h:m:s'
                when video_has_colons
                    then if(high_ratio > 100, 'milliseconds', 'seconds')
                when video_unit = 'milliseconds' and high_ratio < 0.005 then 'seconds'
                when video_unit = 'seconds' and high_ratio > 100 then 'milliseconds'
                else video_unit
            end as play_unit
        from measured
    )

    select
        video_unit,
        play_unit,
        if(
            ratio_factor * if(play_unit = 'milliseconds', 1000, 1)
            / if(video_unit = 'milliseconds', 1000, 1) between 50 and 200,
            'percent', 'ratio'
        ) as ratio_unit
    from units
{%- endmacro %}

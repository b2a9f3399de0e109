{#-
    Unix milliseconds of a matrix, by default the log, to the wall clock of var
    local_timezone. Where that zone keeps one offset from the earliest to the latest event
    day, the offset is added; that is thirty times as fast as asking the calendar for each
    row. Before the limits of the days are known, is_exact asks the calendar.
-#}
{% macro local_time(unix_ms, name='big_matrix', is_exact=false) -%}
    {%- set offset_ms = constant_offset_ms(name) if execute and not is_exact else none -%}
    {%- if offset_ms is not none -%}
        make_timestamp_ms({{ unix_ms }} + {{ offset_ms }})
    {%- else -%}
        timezone(
            {{ sql_text(var('local_timezone')) }},
            make_timestamp_ms({{ unix_ms }}) at time zone 'UTC'
        )
    {%- endif -%}
{%- endmacro %}


{% macro constant_offset_ms(name) -%}
    {%- set limits = clock_limits(name) -%}
    {%- set query -%}
        with days as (
            select unnest(generate_series(
                make_timestamp_ms({{ limits[0] or 0 }}),
                make_timestamp_ms({{ limits[1] or 0 }}), interval 1 day
            )) as utc_at
        )

        select distinct
            epoch_ms(timezone({{ sql_text(var('local_timezone')) }}, utc_at at time zone 'UTC'))
            - epoch_ms(utc_at) as offset_ms
        from days
        limit 2
    {%- endset -%}
    {%- set offsets = run_query(query).rows -%}
    {{ return((offsets[0][0] | int) if offsets | length == 1 else none) }}
{%- endmacro %}

{#-
    Unix milliseconds of a matrix, by default the log, to the wall clock of var
    local_timezone. Where that zone keeps one offset from the earliest to the latest event
    day, the offset is added; that is thirty times as fast as asking the calendar for each
    row. Before the limits of the days are known, is_exact asks the calendar.
-#}
{% macro local_time(unix_ms, name='big_matrix', is_exact=false) -%}
    {%- set offset_ms = constant_offset_ms(name) if execute and not is_exact else none -%}
    {%- if offset_ms is not none -%}
        {{ utc_timestamp(unix_ms ~ ' + ' ~ offset_ms) }}
    {%- else -%}
        {{ zone_timestamp(unix_ms, var('local_timezone')) }}
    {%- endif -%}
{%- endmacro %}


{% macro constant_offset_ms(name) -%}
    {%- set limits = clock_limits(name) -%}
    {%- set query -%}
        with days as (
            {{ utc_days(limits[0] or 0, limits[1] or 0) }}
        ),

        instants as (
            select {{ utc_unix_ms('utc_at') }} as unix_ms from days
        )

        select distinct
            {{ utc_unix_ms(zone_timestamp('unix_ms', var('local_timezone'))) }} - unix_ms
                as offset_ms
        from instants
        limit 2
    {%- endset -%}
    {%- set offsets = run_query(query).rows -%}
    {{ return((offsets[0][0] | int) if offsets | length == 1 else none) }}
{%- endmacro %}

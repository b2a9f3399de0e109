{#-
    How a column is written: staging.column_formats, which is filled before the typed views
    are made. Without it (nothing is built, a unit test) KuaiRec's own way is assumed.
-#}
{% macro column_format(name, column) -%}
    {%- for file, column_name, format, _, _ in column_formats()
            if file == name and column_name == column -%}
        {{ return(format) }}
    {%- endfor -%}
    {{ return(kuairec_format(column)) }}
{%- endmacro %}


{#- (file, column, format, earliest and latest Unix ms) of staging.column_formats. -#}
{% macro column_formats() -%}
    {{ return(asked_once(
        'select file, column_name, format, earliest_unix_ms, latest_unix_ms'
        ~ ' from staging.column_formats'
    ) if execute and table_exists('staging', 'column_formats') else []) }}
{%- endmacro %}


{#- KuaiRec's way: ids are whole numbers, durations whole milliseconds, time Unix seconds
    without powers of ten. -#}
{% macro kuairec_format(column) -%}
    {{ return({
        'timestamp': 'plain seconds', 'play_duration': 'whole milliseconds',
        'video_duration': 'whole milliseconds', 'watch_ratio': 'ratio',
    }.get(column, 'whole numbers')) }}
{%- endmacro %}


{#- What var column_units says of a column, none where it says nothing. -#}
{% macro told_format(name, column) -%}
    {{ return(var('column_units').get(name, {}).get(column)) }}
{%- endmacro %}


{#- (file, column, format, who decided) of what need not be found in the file. -#}
{% macro formats_not_found() -%}
    {%- set formats = [] -%}
    {%- for name, columns in var('column_units').items() -%}
        {%- for column, unit in columns.items() -%}
            {%- do formats.append((name, column, unit, 'set by column_units')) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if execute and not is_own_source() -%}
        {%- for name in ['big_matrix', 'small_matrix'] -%}
            {%- for column in ['timestamp', 'play_duration', 'video_duration', 'watch_ratio']
                    if not told_format(name, column) -%}
                {%- do formats.append((name, column, kuairec_format(column), 'known of KuaiRec')) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(formats) }}
{%- endmacro %}


{#- Unix ms of the beginning of the day in a variable; else as found; else, of KuaiRec, the
    beginning or end of this century. -#}
{% macro event_limit(variable, found) -%}
    case
        when coalesce(set_or_known.column_name, found.column_name) = 'timestamp'
            then
            {%- set century = ('2000' if variable[:1] == 'e' else '2100') ~ '-01-01' %}
            {%- if not var(variable) and execute and is_own_source() %} {{ found }}
            {%- else %} {{ utc_unix_ms("timestamp '" ~ (var(variable) or century) ~ "'") }}
            {%- endif %}
    end
{%- endmacro %}


{#- Earliest and latest Unix ms that a clock of a file can be right about, none: any. -#}
{% macro clock_limits(name) -%}
    {%- for file, column_name, _, earliest, latest in column_formats()
            if file == name and column_name == 'timestamp' -%}
        {{ return((earliest, latest)) }}
    {%- endfor -%}
    {{ return((946684800000, 4102444800000)) }}
{%- endmacro %}


{#- Around column_formats, where a run that builds what has changed makes it anew: in a log
    that is written in another way everything has changed. -#}
{% macro note_formats_before() -%}
    {%- if builds_changes() -%}
        create or replace temp table formats_before as
        select file, column_name, format from staging.column_formats
    {%- endif -%}
{%- endmacro %}


{% macro build_all_if_formats_differ() -%}
    {%- if builds_changes() -%}
        update staging.build_state set changed_parts = null
        where exists (
            (select file, column_name, format from {{ this }} except from formats_before)
            union all
            (from formats_before except select file, column_name, format from {{ this }})
        )
    {%- endif -%}
    {%- do forget_what_was_asked() -%}
{%- endmacro %}

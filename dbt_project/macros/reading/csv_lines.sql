{#-
    Every physical line of a text file as one text column. Reading lines first, and fields
    second, means that no line can swallow, shift or hide another: what DuckDB itself
    refuses (a line over 32 MB or not UTF-8) is kept in its table reject_errors.

    A line feed as the delimiter is one that no line can hold. Either character of a CR LF
    ends a line, so such a file has an empty row behind each line.

    format: {path, skip, delimiter ...} as text_format() finds it
    only_to_look: what cannot be read is left out and not noted down
-#}
{% macro csv_lines(format, only_to_look=false) -%}
    read_csv(
        {{ file_literal(format['path']) }},
        auto_detect = false, header = false, skip = {{ format['skip'] }},
        columns = {'line': 'VARCHAR'}, delim = '{{ "\n" }}', quote = '', escape = '',
        new_line = '\n', strict_mode = false, max_line_size = 33554432,
        {{ 'ignore_errors = true' if only_to_look
           else 'store_rejects = true, rejects_limit = 0' }},
                buffer_size = 33554432
    )
{%- endmacro %}


{#- Whether lines end in CR LF: there is an empty row between any two of the first ones. -#}
{% macro ends_in_crlf(format) -%}
    {%- set found = run_query(
        'select line is null from '
        ~ csv_lines(dict(format, skip=0), only_to_look=true) ~ ' limit 20'
    ) -%}
    {%- set blank = found.columns[0].values() | list -%}
    {%- for here in range(1, blank | length) if not blank[here] and not blank[here - 1] -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(blank | length > 1) }}
{%- endmacro %}

{#-
    Every physical line of a CSV as one text column. Reading lines first, and fields
    second, means that no line can swallow, shift or hide another: what DuckDB itself
    refuses (a line over 32 MB or not UTF-8) is kept in its table reject_errors.

    A line feed as the delimiter is one that no line can hold. Either character of a CR LF
    ends a line, so such a file has an empty row behind each line.
-#}
{% macro csv_lines(path, skip=1) -%}
    read_csv(
        {{ file_literal(path) }},
        auto_detect = false, header = false, skip = {{ skip }},
        columns = {'line': 'VARCHAR'}, delim = '{{ "\n" }}', quote = '', escape = '',
        new_line = '\n', strict_mode = false, store_rejects = true, rejects_limit = 0,
        max_line_size = 33554432, buffer_size = 33554432
    )
{%- endmacro %}


{#-
    The fields of a line, as the CSV standard reads it. A quote that is not closed in its
    own field is an ordinary character.
-#}
{% macro csv_fields(line) -%}
    case
        when not contains({{ line }}, '"') then string_split({{ line }}, ',')
        else list_transform(
            regexp_extract_all(',' || {{ line }}, ',(?:"(?:[^"]|"")*"|[^,]*)'),
            lambda field: case
                when starts_with(field, ',"') and ends_with(field, '"') and len(field) > 2
                    then replace(field[3:-2], '""', '"')
                else field[2:]
            end
        )
    end
{%- endmacro %}


{#- The names in a file's first line, lowercase; none where the file is empty. -#}
{% macro header_of(path) -%}
    {%- set found = run_query(
        'select array_to_string(list_transform(' ~ csv_fields('line')
        ~ ", lambda name: lower(trim(name))), chr(10)) from " ~ csv_lines(path, skip=0)
        ~ ' limit 1'
    ) -%}
    {%- if found.rows | length == 0 or not found.rows[0][0] -%} {{ return(none) }} {%- endif -%}
    {{ return(found.rows[0][0].split('\n')) }}
{%- endmacro %}


{#- Whether lines end in CR LF: an empty row stands between any two of the first ones. -#}
{% macro ends_in_crlf(path) -%}
    {%- set found = run_query(
        'select line is null from ' ~ csv_lines(path, skip=0) ~ ' limit 20'
    ) -%}
    {%- set blank = found.columns[0].values() | list -%}
    {%- for here in range(1, blank | length) if not blank[here] and not blank[here - 1] -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(blank | length > 1) }}
{%- endmacro %}

{#-
    The body of a raw view: one row per line of the file that is not blank, each column
    as text. A file or column that is absent gives an empty, typed column.

    numbered: give each row its line number. It costs the parallel scan, so the two
    matrices do without; their rejected lines are numbered afterwards.
-#}
{% macro csv_rows(name, numbered=true) -%}
    {%- set columns = source_files()[name]['columns'] -%}
    {%- set path = file_of(name) -%}
    {%- if not path -%}
        {{ no_rows(columns) }}
    {%- else -%}
        {%- set header = header_of(path) or [] -%}
        {{ fields_as_columns(name, columns, header) }}
        from (
            select
                line,
                {{ 'row_number() over () + 1' if numbered else 'null::bigint' }} as line_number,
                {{ csv_fields('line') }} as fields
            from {{ csv_lines(path) }}
        )
        where ltrim(line) != ''
    {%- endif -%}
{%- endmacro %}


{#- An empty relation with the columns of a raw view. -#}
{% macro no_rows(columns) -%}
    select
    {%- for column in columns %}
        null::varchar as {{ adapter.quote(column) }},
    {%- endfor %}
        null::varchar as line_content,
        null::bigint as line_number,
        null::integer as field_count,
        null::integer as expected_field_count
    where false
{%- endmacro %}


{#- The select list that picks each wanted column from the list `fields` by its name. -#}
{% macro fields_as_columns(name, columns, header) -%}
    {%- set renamed = var('column_names').get(name, {}) -%}
    select
    {%- for column in columns %}
        {%- set wanted = renamed.get(column, column) | lower %}
        {{ 'fields[' ~ (header.index(wanted) + 1) ~ ']' if wanted in header
           else 'null::varchar' }} as {{ adapter.quote(column) }},
    {%- endfor %}
        line as line_content,
        line_number,
        len(fields)::integer as field_count,
        {{ header | length }}::integer as expected_field_count,
{%- endmacro %}

{#-
    The body of a raw view: one row per line of the file that is not blank, each column
    as text. A file or column that is absent gives an empty, typed column.

    numbered: give each row its line number. It costs the parallel scan, so the two
    matrices do without; their rejected lines are numbered afterwards.
-#}
{% macro csv_rows(name, numbered=true) -%}
    {%- set columns = source_files()[name]['columns'] -%}
    {%- set paths = paths_of(name) -%}
    {%- if not paths -%} {{ no_rows(columns) }} {%- endif -%}
    {%- for path, format in parts_read_at_once(name, paths) %}
        {{ 'union all' if not loop.first }}
        {{ parquet_rows(name, path, format) if is_parquet(path)
           else text_rows(name, path, format, numbered) }}
    {%- endfor -%}
{%- endmacro %}


{% macro text_rows(name, path, format, numbered) -%}
    {{ fields_as_columns(name, path, format) }}
    from (
        select
            line,
            line_number,
            {%- if format['is_folder'] %}
            file_path,
            {%- endif %}
            {{ csv_fields('line', format['delimiter']) }} as fields
        from ({{ numbered_lines(format) if numbered else unnumbered_lines(format) }})
    )
    where ltrim(line) != ''
{%- endmacro %}


{#- The rows of a Parquet file as text, as if it were a CSV; its first row has number 1. -#}
{% macro parquet_rows(name, path, format) -%}
    select
    {%- for column in source_files()[name]['columns'] %}
        {%- set parts = [] %}
        {%- for place in places_of(name, column, format['names']) %}
        {%- do parts.append(value_as_text(adapter.quote(format['names'][place - 1]))) %}
        {%- endfor %}
        {{ joined(parts) }} as {{ adapter.quote(column) }},
    {%- endfor %}
        {{ row_as_text('parquet_row') }} as line_content,
        {{ row_in_file(path) }} as line_number,
        null::integer as field_count,
        null::integer as expected_field_count,
        {{ sql_text(path) }} as file_path
    from {{ parquet_file(path, numbered=true) }} as parquet_row
{%- endmacro %}


{#- An empty relation with the columns of a raw view. -#}
{% macro no_rows(columns) -%}
    select
    {%- for column in columns %}
        null::string as {{ adapter.quote(column) }},
    {%- endfor %}
        null::string as line_content,
        null::bigint as line_number,
        null::integer as field_count,
        null::integer as expected_field_count,
        null::string as file_path
    where false
{%- endmacro %}


{#- The select list that picks each wanted column from the list `fields` by its name. -#}
{% macro fields_as_columns(name, path, format) -%}
    select
    {%- for column in source_files()[name]['columns'] %}
        {%- set parts = [] %}
        {%- for place in places_of(name, column, format['names']) %}
        {%- do parts.append(element('fields', place)) %}
        {%- endfor %}
        {{ field_text(name, column, parts[0], format) if parts | length == 1
           else joined(parts) }} as {{ adapter.quote(column) }},
    {%- endfor %}
        line as line_content,
        line_number,
        {{ field_count(format['names']) }}::integer as field_count,
        {{ format['names'] | length }}::integer as expected_field_count,
        {{ 'file_path' if format['is_folder'] else sql_text(path) ~ ' as file_path' }}
{%- endmacro %}


{#- How many fields a line has. Some exports end each line with a separator, or all but the
    header: of own logs, blank fields at the end are as many as the header names. -#}
{% macro field_count(names) -%}
    {%- if not is_own_source() -%} {{ return(length_of('fields')) }} {%- endif -%}
    {%- set filled = names | join('\n') -%}
    {%- set least = filled.rstrip().split('\n') | length -%}
    case
        when
            len(fields) != {{ names | length }} and len(fields) >= {{ least }}
            and array_to_string(fields[{{ least + 1 }}:], '') = ''
            then {{ names | length }}
        else len(fields)
    end
{%- endmacro %}


{#- A column of no, one or several fields of a file. -#}
{% macro joined(parts) -%}
    {{ return('null::string' if not parts else parts[0] if parts | length == 1
              else "concat_ws(' ', " ~ parts | join(', ') ~ ')') }}
{%- endmacro %}


{#- A field as it stands; a number of a file with marks of its own, without them: 1.234,5 is
    1234.5. -#}
{% macro field_text(name, column, field, format) -%}
    {%- set is_number = column in number_columns(name) -%}
    {%- if not is_number or (format['decimal'] == '.' and not format['group']) -%}
        {{ return(field) }}
    {%- endif -%}
    {%- set between = {' ': ' \u00a0\u202f', "'": "''’"}.get(format['group'], format['group']) -%}
    case
        {%- if format['group'] %}
        when regexp_full_match(
            {{ field }},
            '\s*[-+]?[0-9]{1,3}([{{ between }}][0-9]{3})+([{{ format["decimal"] }}][0-9]*)?\s*'
        ) then replace(
            regexp_replace({{ field }}, '[{{ between }}]', '', 'g'), '{{ format["decimal"] }}', '.'
        )
        {%- endif %}
        else replace({{ field }}, '{{ format["decimal"] }}', '.')
    end
{%- endmacro %}

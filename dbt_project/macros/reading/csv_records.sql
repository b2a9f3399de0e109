{#-
    The body of a raw view over a file whose texts may hold a line break: four captions of
    KuaiRec have a lone carriage return, unquoted. A line that has all fields, or that
    begins with a number and a comma, begins a record; any other continues the one before
    it, with a space for the line break.
-#}
{% macro csv_records(name) -%}
    {%- set columns = source_files()[name]['columns'] -%}
    {%- set path = file_of(name) -%}
    {%- if not path -%}
        {{ no_rows(columns) }}
    {%- else -%}
        {%- set header = header_of(path) or [] -%}
        with lines as (
            select
                line,
                row_number() over () + 1 as line_number,
                len({{ csv_fields('line') }}) = {{ header | length }}
                or regexp_matches(line, '^"?[0-9]+"?,') as begins_record
            from {{ csv_lines(path) }}
        ),

        numbered as (
            select
                *,
                count_if(begins_record) over (
                    order by line_number rows unbounded preceding
                ) as record_number
            from lines
            where ltrim(line) != ''
        ),

        records as (
            select
                string_agg(line, ' ' order by line_number) as line,
                min(line_number) as line_number
            from numbered
            group by record_number
        ),

        split as (select *, {{ csv_fields('line') }} as fields, from records)

        {{ fields_as_columns(name, columns, header) }}
        from split
    {%- endif -%}
{%- endmacro %}

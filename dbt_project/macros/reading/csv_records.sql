{#-
    The body of a raw view over a file whose texts may hold a line break: four captions of
    KuaiRec have a lone carriage return, unquoted. A line that has all fields, or that
    begins with an id and a separator, begins a record; any other continues the one before
    it, with a space for the line break.
-#}
{% macro csv_records(name) -%}
    {%- set columns = source_files()[name]['columns'] -%}
    {%- set paths = paths_of(name) -%}
    {%- if not paths -%} {{ no_rows(columns) }} {%- endif -%}
    {%- for path in paths -%}
        {%- set format = part_format(name, path) %}
        {{ 'union all' if not loop.first }}
        {%- if is_parquet(path) %}
        {{ parquet_rows(name, path, format) }}
        {%- else %}
        ({{ text_records(name, path, format) }})
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro text_records(name, path, format) -%}
    with lines as (
        select
            line,
            line_number,
            {{ length_of(csv_fields('line', format['delimiter'])) }}
            = {{ format['names'] | length }}
            or {{ is_wholly(
                'line', '(?s)"?[0-9]+"?' ~ ('\\t' if format['delimiter'] == '\t'
                else '[' ~ format['delimiter'] ~ ']') ~ '.*'
            ) }} as begins_record
        from ({{ numbered_lines(format) }})
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
            {{ texts_in_one('line', ' ', by='line_number') }} as line,
            min(line_number) as line_number
        from numbered
        group by record_number
    ),

    split as (select *, {{ csv_fields('line', format['delimiter']) }} as fields from records)

    {{ fields_as_columns(name, path, format) }}
    from split
{%- endmacro %}

-- one row per file of the source; its lines, counted apart from reading their fields
{{ config(post_hook="{{ count_unreadable_lines() }}") }}
-- depends_on: {{ ref('kuairec_caption_category') }}

{%- for name in source_files() %}
{%- set paths = paths_of(name) %}
{{ 'union all' if not loop.first }}
select
    '{{ name }}' as file,
    {{ sql_text(file_of(name)) }}::varchar as path,
    {%- if name == 'kuairec_caption_category' %}
    (select count(*) from {{ ref('kuairec_caption_category') }})::bigint as line_count,
    {%- else %}
    (
        0
        {%- for path in paths %}
        + (
            {%- if is_parquet(path) %}
            select count(*) from read_parquet({{ file_literal(path) }})
            {%- else %}
            select count(*) from {{ csv_lines(text_format(name, path)) }}
            where ltrim(line) != ''
            {%- endif %}
        )
        {%- endfor %}
    )::bigint as line_count,
    {%- endif %}
    0::bigint as unreadable_line_count
{%- endfor %}

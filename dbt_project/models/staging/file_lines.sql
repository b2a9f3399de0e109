-- one row per file of the source; its lines, counted apart from reading their fields
{{ config(post_hook="{{ count_unreadable_lines() }}") }}
-- depends_on: {{ ref('kuairec_caption_category') }}

{%- for name in source_files() %}
{%- set path = file_of(name) %}
{{ 'union all' if not loop.first }}
select
    '{{ name }}' as file,
    {{ sql_text(path) }}::varchar as path,
    {%- if not path %}
    0::bigint as line_count,
    {%- elif name == 'kuairec_caption_category' %}
    (select count(*) from {{ ref('kuairec_caption_category') }})::bigint as line_count,
    {%- else %}
    (
        select count(*) from {{ csv_lines(path) }}
        where ltrim(line) != ''
    )::bigint as line_count,
    {%- endif %}
    0::bigint as unreadable_line_count
{%- endfor %}

-- one row per file of the source; its lines, counted apart from reading their fields

with file_days as (
    select * from {{ ref('file_days') }}
),

files as (
    {%- for name in source_files() %}
    select
        '{{ name }}' as file,
        {{ sql_text(file_of(name)) }}::string as path
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    files.file,
    any_value(files.path) as path,
    coalesce(sum(file_days.line_count), 0)::bigint as line_count,
    coalesce(
        sum(file_days.line_count) filter (where not file_days.is_readable), 0
    )::bigint as unreadable_line_count
from files
left join file_days on files.file = file_days.file
group by files.file

-- one row per (path, day) of the source: so many lines of that day are in that file, or
-- part of one. By it a build knows what has changed since the last (docs/every_day.md)
{{ config(
    pre_hook="{{ note_days_before() }}",
    post_hook=["{{ count_unreadable_lines() }}", "{{ find_first_day() }}"]
) }}
-- depends_on: {{ ref('column_formats') }}
-- depends_on: {{ ref('kuairec_caption_category') }}

with parts as (
    {{ parts_and_stamps() }}
),

formats as (
    select * from (
        values
        {%- for name in source_files() %}
        {%- for path in paths_of(name) %}
        ({{ sql_text(path) }}, {{ sql_text(tojson(part_format(name, path))) }}),
        {%- endfor %}
        {%- endfor %}
        (null::string, null::string)
    ) as known (path, format) -- noqa: AL05
),

counted as (
    {{ days_of_lines('big_matrix') }}

    union all

    {{ days_of_lines('item_daily_features') }}
    {%- for name in source_files()
        if name not in ['big_matrix', 'item_daily_features'] and counts_of_lines(name) %}

    union all

    {{ counts_of_lines(name) }}
    {%- endfor %}
),

file_days as (
    select
        parts.file,
        parts.path,
        parts.stamp,
        formats.format,
        counted.day,
        counted.unix_day,
        coalesce(counted.line_count, 0) as line_count,
        counted.checksum,
        true as is_readable,
        {{ is_plausible_day('parts.file', 'counted.day', 'counted.unix_day') }}
            as is_plausible
    from parts
    left join formats on parts.path = formats.path
    left join counted on parts.file = counted.file and parts.path = counted.path
    where {{ is_of_changed_part('parts.path') }}
    {%- if builds_changes() %}

    union all by name

    select file_days.*
    from {{ this }} as file_days
    semi join parts
        on
            file_days.file = parts.file
            and file_days.path = parts.path
            and file_days.stamp = parts.stamp
    {%- endif %}
)

select * from file_days

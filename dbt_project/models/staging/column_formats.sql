-- one row per column whose way of writing decides how it is read: set by var
-- column_units, found in the whole file, or known of KuaiRec
{{ config(
    meta={'rests_on': ['formats']},
    pre_hook="{{ note_formats_before() }}",
    post_hook="{{ build_all_if_formats_differ() }}"
) }}
{%- set matrices = [] %}
{%- for name in ['big_matrix', 'small_matrix']
    if not execute or (is_own_source() and paths_of(name)) %}
{%- do matrices.append(name) %}
{%- endfor %}
{%- for name in source_files() %}
-- depends_on: {{ ref(name) }}
{%- endfor %}

with
{%- for name in matrices %}
{{ name }}_values as materialized (
    {{ matrix_values(name) }}
),

{{ name }}_clock_forms as (
    select
        clock_form as form,
        count(*) as value_count
    from {{ name }}_values
    group by form
),

{{ name }}_clock as (
    {{ clock_of_counts(name ~ '_clock_forms') }}
),

{{ name }}_days as (
    {{ matrix_days(name) }}
),

{{ name }}_right_days as (
    {{ days_of_right_clocks(name ~ '_days') }}
),

{{ name }}_units as (
    {{ matrix_units(name) }}
),
{%- endfor %}

found as (
    {%- for name in matrices %}
    select
        '{{ name }}' as file,
        'timestamp' as column_name,
        clock.format,
        days.first_day * 86400000 as earliest_unix_ms,
        (days.last_day + 1) * 86400000 as latest_unix_ms
    from {{ name }}_clock as clock
    cross join {{ name }}_right_days as days
    {%- for column, unit in {
        'play_duration': 'play_unit', 'video_duration': 'video_unit',
        'watch_ratio': 'ratio_unit'
    }.items() %}

    union all

    select
        '{{ name }}' as file,
        '{{ column }}' as column_name,
        {{ unit }} as format,
        null as earliest_unix_ms,
        null as latest_unix_ms
    from {{ name }}_units
    {%- endfor %}

    union all
    {%- endfor %}
    {%- for name, columns in id_columns().items() if not execute or is_own_source() %}
    {%- for column in columns if name in matrices or not name.endswith('matrix') %}

    select
        '{{ name }}' as file,
        '{{ column }}' as column_name,
        if({{ odd_share(name, column) }} > 0.001, 'text', 'whole numbers') as format,
        null as earliest_unix_ms,
        null as latest_unix_ms

    union all
    {%- endfor %}
    {%- endfor %}

    select
        null::string as file,
        null::string as column_name,
        null::string as format,
        null::bigint as earliest_unix_ms,
        null::bigint as latest_unix_ms
    where false
),

set_or_known as (
    select * from (
        values
        {%- for file, column, format, decided_by in formats_not_found() %}
        (
            {{ sql_text(file) }},
            '{{ column }}',
            {{ sql_text(format) }},
            '{{ decided_by }}'
        ),
        {%- endfor %}
        (null::string, null::string, null::string, null::string)
    ) as known (file, column_name, format, decided_by) -- noqa: AL05
    where file is not null
)

select
    coalesce(set_or_known.file, found.file) as file,
    coalesce(set_or_known.column_name, found.column_name) as column_name,
    coalesce(set_or_known.format, found.format) as format,
    coalesce(set_or_known.decided_by, 'found in the file') as decided_by,
    {{ event_limit('earliest_event_on', 'found.earliest_unix_ms') }} as earliest_unix_ms,
    {{ event_limit('latest_event_on', 'found.latest_unix_ms') }} as latest_unix_ms
from found
full join set_or_known
    on
        found.file = set_or_known.file
        and found.column_name = set_or_known.column_name
order by all

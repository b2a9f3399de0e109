{#- How many lines of which day are in the parts of a file. A line that is changed in any way
    changes the checksum, which knows no order. -#}
{% macro days_of_lines(name) -%}
    {%- set is_text = '.parquet' not in paths_of(name) | join(' ') | lower -%}
    select
        '{{ name }}' as file,
        path,
        day,
        ({{ whole_quotient('unix_ms', 86400000) }})::integer as unix_day,
        count(*) as line_count,
        sum(line_hash)::{{ wide_integer() }} as checksum
    from (
        select
            file_path as path,
            {%- if name == 'big_matrix' %}
            {{ instant('timestamp', column_format(name, 'timestamp')) }} as any_unix_ms,
            case
                when any_unix_ms between 0 and 250000000000000 then any_unix_ms
            end as unix_ms,
            {{ local_time('unix_ms', is_exact=builds_changes() and is_own_source()) }}::date
                as day,
            {%- else %}
            null::bigint as unix_ms,
            {{ calendar_day('date') }} as day,
            {%- endif %}
            hash({{ 'line_content' if is_text else quoted(source_files()[name]['columns']) }})
                as line_hash
        from {{ ref(name) }}
        where {{ is_of_changed_part() }}
    )
    group by all
{%- endmacro %}


{% macro quoted(columns) -%}
    {{ adapter.quote(columns | join(adapter.quote(', '))) }}
{%- endmacro %}


{#- How many lines are in each part of a file; of the captions, records. -#}
{% macro counts_of_lines(name) -%}
    {%- for path in paths_of(name) if not builds_changes() or path in changed_paths() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ name }}' as file,
        {{ sql_text(path) }} as path,
        null::date as day,
        null::integer as unix_day,
        count(*) as line_count,
        null::{{ wide_integer() }} as checksum
    {%- if name == 'kuairec_caption_category' %}
    from {{ ref(name) }} where file_path = {{ sql_text(path) }}
    {%- elif is_parquet(path) %}
    from {{ parquet_file(path) }}
    {%- else %}
    from {{ bare_lines(text_format(name, path)) }}
    where ltrim(line) != ''
    {%- endif %}
    {%- endfor %}
{%- endmacro %}


{#- Before file_days is made: the days as they were read last, where the boundary stays. -#}
{% macro note_days_before() -%}
    {%- if execute and keeps_state() and model.resource_type == 'model' and load_relation(this)
            and build_state('split_definition is not null') -%}
        create or replace temp table days_before as {{ days_of_files('staging.file_days') }}
    {%- elif keeps_state() -%}
        drop table if exists temp.days_before
    {%- endif -%}
{%- endmacro %}


{% macro days_of_files(relation) -%}
    select
        file,
        day,
        sum(line_count) as line_count,
        sum(checksum) as checksum
    from {{ relation }}
    where is_plausible
    group by all
{%- endmacro %}


{#-
    After file_days is made: the first day that differs. A log of which no day is as it was is
    another log: everything is built, and the boundary set again.
-#}
{% macro find_first_day() -%}
    {%- if execute and not keeps_state() -%}
        {{ find_first_day_of_lake() }}
    {%- elif execute -%}
        {%- if is_own_source() and builds_changes() -%}
            {%- do run_query(move_limits()) -%}
            {%- do forget_what_was_asked() -%}
        {%- endif -%}
        update {{ this }} set is_plausible = {{ is_plausible_day('file', 'day', 'unix_day') }};
        {%- if run_query("select 1 from duckdb_tables() where temporary and table_name = 'days_before'").rows %}

        create or replace temp table days_now as {{ days_of_files('staging.file_days') }};

        update staging.build_state
        set split_definition = null, changed_parts = null
        where not exists (
            from days_now natural inner join temp.days_before where file = 'big_matrix'
        );

        {{ build_from_earliest(
            'select day from ((from days_now except all from days_before) union all '
            ~ '(from days_before except all from days_now))'
        ) }}
        {%- endif %}
        {%- do forget_what_was_asked() -%}
    {%- endif -%}
{%- endmacro %}


{#- A day that is known, and of the log one that its clocks can be right about. -#}
{% macro is_plausible_day(file, day, unix_day) -%}
    {%- set earliest, latest = clock_limits('big_matrix') -%}
    {{ day }} is not null and (
        {{ file }} != 'big_matrix'
        or {{ unix_day }} * 86400000::bigint
        between {{ earliest or 0 }} and {{ (latest or 250000000000000) - 1 }}
    )
{%- endmacro %}


{#- An own log's clocks are right about more days where it has grown. -#}
{% macro move_limits() -%}
    update staging.column_formats set
        {%- if not var('earliest_event_on') %}
        earliest_unix_ms = days.first_day * 86400000,
        {%- endif %}
        {%- if not var('latest_event_on') %}
        latest_unix_ms = (days.last_day + 1) * 86400000,
        {%- endif %}
        decided_by = decided_by
    from (
        with days as (
            select
                unix_day::bigint as unix_day,
                sum(line_count) as event_count
            from staging.file_days
            where file = 'big_matrix' and unix_day is not null
            group by unix_day
        ),

        right_days as (
            {{ days_of_right_clocks('days') }}
        )

        from right_days
    ) as days
    where file = 'big_matrix' and column_name = 'timestamp'
{%- endmacro %}

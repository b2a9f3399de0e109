{#-
    staging.build_state, one row: is the database the result of a whole run? A run of some
    models keeps a complete database complete when it succeeds, and never completes one
    that was not. It also says what this run builds: everything, or what has changed
    (docs/every_day.md).

    made_from         what the tables were made by: code, variables, source; null after a run
                      of some models
    split_definition  what set the boundary and the thresholds, which stay; null: they are set
                      anew
    changed_parts     of a run that builds what has changed: the files and the parts of them
                      that differ from what was read; null: everything is built
    first_day         of such a run: days from this one on are built; null: no day is
-#}
{% macro build_state_columns() -%}
    {{ return({
        'is_complete': 'boolean not null', 'project_version': 'varchar not null',
        'schema_version': 'integer not null', 'started_at': 'timestamptz not null',
        'finished_at': 'timestamptz', 'made_from': 'varchar', 'split_definition': 'varchar',
        'changed_parts': 'struct(file varchar, path varchar)[]', 'first_day': 'date',
    }) }}
{%- endmacro %}


{% macro build_exists() -%}
    {{ return(keeps_state() and table_exists('staging', 'build_state')) }}
{%- endmacro %}


{#- A table that an older version made may have other columns. -#}
{% macro build_state_is_current() -%}
    {%- set found = run_query(
        "select string_agg(column_name, ' ' order by column_index) from duckdb_columns()"
        ~ " where schema_name = 'staging' and table_name = 'build_state'"
        ~ " and database_name = current_database()"
    ) -%}
    {{ return(found.rows[0][0] == build_state_columns().keys() | join(' ')) }}
{%- endmacro %}


{% macro selects_all_models() -%}
    {%- for node in graph.nodes.values()
            if node.resource_type == 'model' and node.unique_id not in selected_resources -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}


{% macro create_build_state() -%}
    create schema if not exists staging;
    {%- if not build_state_is_current() %}
    drop table if exists staging.build_state;
    {%- endif %}
    create table if not exists staging.build_state (
        {%- for name, kind in build_state_columns().items() %}
        {{ name }} {{ kind }}{{ ',' if not loop.last }}
        {%- endfor %}
    );
{%- endmacro %}


{% macro open_build() -%}
    {%- if execute and not keeps_state() and flags.WHICH in ['run', 'build'] -%}
        {%- if not lake_plan()['keeps_split'] -%}
            {%- do run_query('drop table if exists staging.lake_plan') -%}
        {%- endif -%}
        drop table if exists staging.build_state
    {%- elif execute and keeps_state() and flags.WHICH in ['run', 'build'] -%}
        {%- set plan = build_plan() %}
        {{ create_build_state() }}
        insert into staging.build_state by name
        select
            false as is_complete,
            '{{ project_version() }}' as project_version,
            {{ var('schema_version') }} as schema_version,
            now() as started_at
        where not exists (from staging.build_state);
        update staging.build_state set
            finished_at = {{ 'null' if selects_all_models()
                             else 'case when is_complete then finished_at end' }},
            is_complete = false,
            started_at = now(),
            project_version = '{{ project_version() }}',
            schema_version = {{ var('schema_version') }},
            {%- if not plan['is_split_kept'] %}
            split_definition = null,
            {%- endif %}
            made_from = {{ sql_text(plan['made_from']) }},
            changed_parts = {{ parts_in_sql(plan['changed_parts']) }},
            first_day = null;
        {%- do forget_what_was_asked() -%}
    {%- endif -%}
{%- endmacro %}


{% macro close_build(results) -%}
    {%- if execute and flags.WHICH in ['run', 'build'] and not flags.EMPTY -%}
        {%- set failed = results | map(attribute='status') | map('string')
            | select('in', ['error', 'fail', 'skipped', 'runtime error', 'partial success'])
            | list -%}
        {%- if not keeps_state() -%}
            {{ close_build_of_lake() if not failed }}
        {%- elif failed -%}
            update staging.build_state set finished_at = null;
        {%- else -%}
            update staging.build_state set
                {%- if selects_the_split() %}
                split_definition = {{ sql_text(split_definition()) }},
                {%- endif %}
                is_complete = {{ 'true' if selects_all_models() else 'finished_at is not null' }},
                finished_at = {{ 'now()' if selects_all_models()
                                 else 'case when finished_at is not null then now() end' }};
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- A lake has no rows that change: the table is there while the lake is whole. -#}
{% macro close_build_of_lake() -%}
    {%- do note_lake_plan() -%}
    {%- if selects_all_models() or lake_plan()['was_whole'] -%}
        {%- do run_query(
            'create table staging.build_state (is_complete boolean, project_version string,'
            ~ ' schema_version int, started_at timestamp_ntz, finished_at timestamp_ntz)'
            ~ ' using parquet'
        ) -%}
        insert into staging.build_state
        select
            true as is_complete,
            '{{ project_version() }}' as project_version,
            {{ var('schema_version') }} as schema_version,
            timestamp_ntz '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as started_at,
            cast(now() as timestamp_ntz) as finished_at
    {%- endif -%}
{%- endmacro %}


{% macro project_version() -%}
    {{ return(var('project_version', '1.0.0')) }}
{%- endmacro %}

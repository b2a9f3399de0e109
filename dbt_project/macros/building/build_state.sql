{#-
    staging.build_state, one row: is the database the result of a whole run? A run of some
    models keeps a complete database complete when it succeeds, and never completes one
    that was not.
-#}
{% macro build_exists() -%}
    {%- set found = run_query(
        "select 1 from duckdb_tables() where schema_name = 'staging' and table_name = "
        ~ "'build_state' and database_name = current_database()"
    ) -%}
    {{ return(found.rows | length > 0) }}
{%- endmacro %}


{#- A table that an older version made may have other columns. -#}
{% macro build_state_is_current() -%}
    {%- set found = run_query(
        "select string_agg(column_name, ' ' order by column_index) from duckdb_columns()"
        ~ " where schema_name = 'staging' and table_name = 'build_state'"
        ~ " and database_name = current_database()"
    ) -%}
    {{ return(found.rows[0][0]
        == 'is_complete project_version schema_version started_at finished_at') }}
{%- endmacro %}


{% macro selects_all_models() -%}
    {%- for node in graph.nodes.values()
            if node.resource_type == 'model' and node.unique_id not in selected_resources -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}


{% macro open_build() -%}
    {%- if execute and flags.WHICH in ['run', 'build'] -%}
        create schema if not exists staging;
        {%- if not build_state_is_current() %}
        drop table if exists staging.build_state;
        {%- endif %}
        create table if not exists staging.build_state (
            is_complete boolean not null, project_version varchar not null,
            schema_version integer not null, started_at timestamptz not null,
            finished_at timestamptz
        );
        insert into staging.build_state
        select false, '{{ project_version() }}', {{ var('schema_version') }}, now(), null
        where not exists (from staging.build_state);
        update staging.build_state set
            finished_at = {{ 'null' if selects_all_models()
                             else 'case when is_complete then finished_at end' }},
            is_complete = false,
            started_at = now(),
            project_version = '{{ project_version() }}',
            schema_version = {{ var('schema_version') }};
    {%- endif -%}
{%- endmacro %}


{% macro close_build(results) -%}
    {%- if execute and flags.WHICH in ['run', 'build'] and not flags.EMPTY -%}
        {%- set failed = results | map(attribute='status') | map('string')
            | select('in', ['error', 'fail', 'skipped', 'runtime error', 'partial success'])
            | list -%}
        {%- if failed -%}
            update staging.build_state set finished_at = null;
        {%- else -%}
            update staging.build_state set
                is_complete = {{ 'true' if selects_all_models() else 'finished_at is not null' }},
                finished_at = {{ 'now()' if selects_all_models()
                                 else 'case when finished_at is not null then now() end' }};
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{% macro project_version() -%}
    {{ return(var('project_version', '1.0.0')) }}
{%- endmacro %}

{#- How a build goes; see lists.sql. -#}

{#- Whether rows of a table that is there can be changed, and a database has macros of its own:
    then a later build is of what has changed. Where not, it is of the last days at best. -#}
{% macro keeps_state() -%}
    {{ return(adapter.dispatch('keeps_state')()) }}
{%- endmacro %}

{% macro default__keeps_state() -%} {{ return(true) }} {%- endmacro %}

{% macro spark__keeps_state() -%} {{ return(false) }} {%- endmacro %}


{#- Whether this run builds the last days alone of what is keyed by day, from first_built_day()
    on; of none of them where that is none. -#}
{% macro builds_days() -%}
    {{ return(adapter.dispatch('builds_days')()) }}
{%- endmacro %}

{% macro default__builds_days() -%} {{ return(builds_changes()) }} {%- endmacro %}

{% macro spark__builds_days() -%}
    {{ return(execute and flags.WHICH in ['run', 'build'] and lake_plan()['builds_days']) }}
{%- endmacro %}


{% macro first_built_day() -%}
    {{ return(adapter.dispatch('first_built_day')()) }}
{%- endmacro %}

{% macro default__first_built_day() -%} {{ return(build_state('first_day')) }} {%- endmacro %}

{% macro spark__first_built_day() -%} {{ return(lake_plan()['first_day']) }} {%- endmacro %}


{#- Days from the earliest that a query finds are built as well, by the models that follow. -#}
{% macro build_from_earliest(query) -%}
    {{ return(adapter.dispatch('build_from_earliest')(query)) }}
{%- endmacro %}

{% macro default__build_from_earliest(query) -%}
    update staging.build_state
    set first_day = (select min(day) from (select first_day as day union all {{ query }}))
    where changed_parts is not null
    {%- do forget_what_was_asked() -%}
{%- endmacro %}

{% macro spark__build_from_earliest(query) -%}
    {%- set day = run_query('select min(day) from (' ~ query ~ ') as days (day)').rows[0][0] -%}
    {%- if day and day | string < (first_built_day() or '9999-12-31') | string -%}
        {%- do lake_plan().update(first_day=day) -%}
    {%- endif -%}
{%- endmacro %}


{#- The checksum of the code of this project, with the version of the engine; none where it is not
    known. -#}
{% macro code_checksum() -%}
    {{ return(adapter.dispatch('code_checksum')()) }}
{%- endmacro %}

{% macro default__code_checksum() -%}
    {{ return(run_query(
        'select project_checksum(' ~ sql_text(flags.PROJECT_DIR) ~ ') || version()'
    ).rows[0][0]) }}
{%- endmacro %}

{#- Spark may run where the project is not: scripts/spark.sh says it. -#}
{% macro spark__code_checksum() -%} {{ return(env_var('REELRANK_CODE', '')) }} {%- endmacro %}


{#- The types that contracts name, in Spark's words: a contract is of the types of an empty
    query, which is asked of the engine. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    select
    {%- for column in columns.values() %}
        cast(null as {{ spark_type(column['data_type']) }}) as {{ column['name'] }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    where false
    limit 0
{%- endmacro %}

{% macro spark_type(data_type) -%}
    {%- set name = data_type.lower() -%}
    {%- if name.endswith('[]') -%}
        {{ return('array<' ~ spark_type(name[:-2]) ~ '>') }}
    {%- endif -%}
    {{ return({
        'varchar': 'string', 'hugeint': 'bigint', 'timestamp': 'timestamp_ntz',
    }.get(name, name)) }}
{%- endmacro %}

{#- How a build goes; see lists.sql. -#}

{#- Whether rows of a table that is there can be changed, and a database has macros of its own:
    then it knows what it was built from, and a later build is of what has changed. Where not,
    each build is of everything. -#}
{% macro keeps_state() -%}
    {{ return(adapter.dispatch('keeps_state')()) }}
{%- endmacro %}

{% macro default__keeps_state() -%} {{ return(true) }} {%- endmacro %}

{% macro spark__keeps_state() -%} {{ return(false) }} {%- endmacro %}


{#- An incremental model is a table there. -#}
{% materialization incremental, adapter='spark', supported_languages=['sql'] -%}
    {{ return(dbt.materialization_table_spark()) }}
{%- endmaterialization %}


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

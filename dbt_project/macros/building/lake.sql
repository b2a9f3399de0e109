{#-
    `dbt run --vars '{lake: FOLDER}' --select ...` on DuckDB takes what Spark built
    (docs/scale.md) in place of models that are built: small tables as copies, so that what is
    published does not wait for a lake that is built again, large ones as views of their files.
-#}
{% macro open_lake() -%}
    {%- if not (execute and var('lake') and flags.WHICH in ['run', 'build']) -%}
        {{ return('') }}
    {%- endif -%}
    {%- set folder = var('lake').rstrip('/') -%}
    {%- set tables = tables_of_lake(folder) -%}
    {{ check_lake(folder, tables) }}
    create schema if not exists staging;
    create table if not exists staging.lake (folder varchar);
    {%- for schema_name, table_name, is_small in tables %}
        {%- set files = sql_text(folder ~ '/' ~ schema_name ~ '.db/' ~ table_name ~ '/**/*.parquet') %}
        {%- if table_name == 'build_state' %}
        {{ create_build_state() }}
        delete from staging.build_state;
        insert into staging.build_state by name
        select * from read_parquet({{ files }});
        {%- else %}
        {%- set kind = 'table' if is_small else 'view' %}
        create schema if not exists {{ schema_name }};
        {{ drop_what_is_there(schema_name, table_name) }}
        create {{ kind }} {{ schema_name }}.{{ table_name }} as
        from read_parquet({{ files }})
        {{- users_drawn() if table_name in tables_of_users() }};
        {%- do adapter.cache_added(api.Relation.create(
            database=target.database, schema=schema_name, identifier=table_name, type=kind
        )) -%}
        {%- endif -%}
    {%- endfor %}
    {{ create_id_macros() }}
{%- endmacro %}


{#- What says who there is and what they watched; histories are read by user anyway. -#}
{% macro tables_of_users() -%}
    {{ return([
        'stg_users', 'stg_interactions', 'stg_dense_interactions', 'interactions',
        'als_confidences'
    ]) }}
{%- endmacro %}


{#- With var lake_user_share below 1, the same users in each table: their ids scattered by a
    square modulo the prime 2^31 - 1, so that every engine would draw the same. -#}
{% macro users_drawn() -%}
    {%- if var('lake_user_share') < 1 %}
        {%- set scattered = '((user_id::bigint + 1) * 1103515245 % 2147483647)' %}
        where
            {{ scattered }} * {{ scattered }} % 2147483647
            < {{ (var('lake_user_share') * 2147483647) | int }}
    {%- endif -%}
{%- endmacro %}


{#- Of each table of a lake its schema, its name, and whether it has less than 100 MB. -#}
{% macro tables_of_lake(folder) -%}
    {%- set query -%}
        select
            regexp_extract(filename, '.*/([^/]+)[.]db/([^/]+)/', 1) as schema_name,
            regexp_extract(filename, '.*/([^/]+)[.]db/([^/]+)/', 2) as table_name,
            sum(size) < 100000000 as is_small
        from read_blob({{ sql_text(folder ~ '/*.db/*/**/*.parquet') }})
        where
            schema_name != 'ml' and table_name not in ('ranker_rows', 'lake_plan')
            and not starts_with(table_name, 'typed_') and not ends_with(table_name, '__before')
        group by all
        order by all
    {%- endset -%}
    {%- set found = run_query(
        'select 1 from glob(' ~ sql_text(folder ~ '/*.db/*/**/*.parquet') ~ ') limit 1'
    ).rows -%}
    {{ return(run_query(query).rows if found else []) }}
{%- endmacro %}


{% macro check_lake(folder, tables) -%}
    {%- set names = tables | map(attribute=1) | list -%}
    {%- if 'build_state' not in names -%}
        {{ refuse(
            folder ~ ' is no lake, or its last build did not finish',
            'build it (again): bash scripts/spark.sh run'
        ) }}
    {%- endif -%}
    {%- if table_exists('staging', 'build_state') and not table_exists('staging', 'lake') -%}
        {{ refuse(
            env_var('REELRANK_DB', 'reelrank.duckdb') ~ ' has tables of its own',
            'name another file, which is only for the lake: --db FILE'
        ) }}
    {%- endif -%}
{%- endmacro %}


{% macro drop_what_is_there(schema_name, table_name) -%}
    {%- set found = adapter.get_relation(target.database, schema_name, table_name) -%}
    {%- if found -%}
        {%- do adapter.cache_dropped(found) -%}
        drop {{ found.type }} {{ schema_name }}.{{ table_name }};
    {%- endif -%}
{%- endmacro %}

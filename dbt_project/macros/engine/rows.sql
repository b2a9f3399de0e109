{#- Rows and relations; see lists.sql. -#}

{#- All columns of a relation (of none: of all that are in scope) but some. -#}
{% macro all_but(columns, relation=none) -%}
    {{ return(adapter.dispatch('all_but')(columns, relation)) }}
{%- endmacro %}

{% macro default__all_but(columns, relation) -%}
    {{ relation ~ '.' if relation }}* exclude ({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__all_but(columns, relation) -%}
    {{ relation ~ '.' if relation }}* except ({{ columns | join(', ') }})
{%- endmacro %}


{#- At the end of a table that is read by ranges of these columns: it is stored in their
    order, where the engine stores a table in one piece. -#}
{% macro stored_by(columns) -%}
    {{ return(adapter.dispatch('stored_by')(columns)) }}
{%- endmacro %}

{% macro default__stored_by(columns) -%} order by {{ columns }} {%- endmacro %}

{% macro spark__stored_by(columns) -%} {%- endmacro %}


{#-
    A relation that is joined by `keys`, as `alias`; its other columns are asked by
    column_of(). Each join of Spark copies every field of both sides, so after many joins of
    wide relations that is what a row costs: there they are one field.
-#}
{% macro join_partner(relation, alias, keys, columns) -%}
    {{ return(adapter.dispatch('join_partner')(relation, alias, keys, columns)) }}
{%- endmacro %}

{% macro default__join_partner(relation, alias, keys, columns) -%}
    {{ relation }} as {{ alias }}
{%- endmacro %}

{% macro spark__join_partner(relation, alias, keys, columns) -%}
    (
        select
            {{ keys | join(', ') }},
            struct({{ columns | join(', ') }}) as together
        from {{ relation }}
    ) as {{ alias }}
{%- endmacro %}

{% macro column_of(partner, column) -%}
    {{ return(adapter.dispatch('column_of')(partner, column)) }}
{%- endmacro %}

{% macro default__column_of(partner, column) -%} {{ partner }}.{{ column }} {%- endmacro %}

{% macro spark__column_of(partner, column) -%} {{ partner }}.together.{{ column }} {%- endmacro %}


{#-
    After the `select` of a query of many joins: the relations that are joined one after the other by
    the same first key, of each such key. Spark moves the rows to that key once, at the first
    of them, and the others find them there (requireAllClusterKeysForCoPartition in
    profiles.yml); the first must not be sent to all workers instead.
-#}
{% macro moved_once_by(relations_by_key) -%}
    {{ return(adapter.dispatch('moved_once_by')(relations_by_key)) }}
{%- endmacro %}

{% macro default__moved_once_by(relations_by_key) -%} {%- endmacro %}

{% macro spark__moved_once_by(relations_by_key) -%}
    {%- set first = [] -%}
    {%- for relations in relations_by_key.values() if relations | length > 1 -%}
        {%- do first.append(relations[0]) -%}
    {%- endfor -%}
    {%- if first %} /*+ shuffle_hash({{ first | join(', ') }}) */ {%- endif -%}
{%- endmacro %}


{#-
    The join partner of rows that are asked as of a day: of each key the latest row of a
    relation strictly before that day. `kind` inner leaves out what has none, left keeps it.

    asked, relation   CTE names; the relation has at most one row per keys and day
    keys              columns that both have; none of them: all rows are of one thing
    asked_on, day     the columns of the days, of the asked and of the relation
    alias             the name of the partner in the query
-#}
{% macro latest_before(asked, relation, keys, asked_on, day, kind='inner', alias=none) -%}
    {{ return(adapter.dispatch('latest_before')(
        asked, relation, keys, asked_on, day, kind, alias or relation
    )) }}
{%- endmacro %}

{% macro default__latest_before(asked, relation, keys, asked_on, day, kind, alias) -%}
    asof {{ kind }} join {{ relation }} as {{ alias }}
        on
            {%- for key in keys %}
            {{ asked }}.{{ key }} = {{ alias }}.{{ key }} and
            {%- endfor %}
            {{ asked }}.{{ asked_on }} > {{ alias }}.{{ day }}
{%- endmacro %}

{% macro spark__latest_before(asked, relation, keys, asked_on, day, kind, alias) -%}
    {{ kind }} join (
        select
            *,
            lead({{ day }}) over (
                {{ 'partition by ' ~ keys | join(', ') if keys }} order by {{ day }}
            ) as next_{{ day }}
        from {{ relation }}
    ) as {{ alias }}
        on
            {%- for key in keys %}
            {{ asked }}.{{ key }} = {{ alias }}.{{ key }} and
            {%- endfor %}
            {{ asked }}.{{ asked_on }} > {{ alias }}.{{ day }}
            and {{ asked }}.{{ asked_on }} <= coalesce({{ alias }}.next_{{ day }}, date '9999-12-31')
{%- endmacro %}


{#-
    A CTE that is computed once, however often the query reads it. Spark would write its text
    in each place: there it is kept in the session's memory first.
-#}
{% macro computed_once(name, query) -%}
    {{ return(adapter.dispatch('computed_once')(name, query)) }}
{%- endmacro %}

{% macro default__computed_once(name, query) -%}
{{ name }} as materialized (
    {{ query }}
)
{%- endmacro %}

{% macro spark__computed_once(name, query) -%}
    {%- if not execute or flags.WHICH not in ['run', 'build'] -%}
{{ name }} as (
    {{ query }}
)
    {%- else -%}
        {%- set kept = 'kept_' ~ model.name ~ '_' ~ name -%}
        {%- do run_query('uncache table if exists ' ~ kept) -%}
        {%- do run_query('cache table ' ~ kept ~ ' as ' ~ query) -%}
{{ name }} as (
    select * from {{ kept }}
)
    {%- endif -%}
{%- endmacro %}


{#-
    A CTE of one row that is computed once. Spark plans with its values, so that of many branches
    that ask for them only those are planned and run whose condition holds.
-#}
{% macro row_computed_once(name, query) -%}
    {{ return(adapter.dispatch('row_computed_once')(name, query)) }}
{%- endmacro %}

{% macro default__row_computed_once(name, query) -%}
{{ computed_once(name, query) }}
{%- endmacro %}

{% macro spark__row_computed_once(name, query) -%}
    {%- if not execute or flags.WHICH not in ['run', 'build'] -%}
{{ computed_once(name, query) }}
    {%- else -%}
        {%- set found = run_query(
            'select to_json(struct(*)), typeof(struct(*)) from (' ~ query ~ ')'
        ).rows[0] -%}
{{ name }} as (
    select found.* from (
        select from_json({{ sql_text(found[0]) }}, {{ sql_text(found[1]) }}) as found
    )
)
    {%- endif -%}
{%- endmacro %}


{#- After the name of a CTE: it is computed again in each place that reads it. -#}
{% macro computed_in_place() -%}
    {{ return(adapter.dispatch('computed_in_place')()) }}
{%- endmacro %}

{% macro default__computed_in_place() -%} as not materialized {%- endmacro %}

{% macro spark__computed_in_place() -%} as {%- endmacro %}


{#- Whether the database has a table of this name. -#}
{% macro table_exists(schema, name) -%}
    {{ return(adapter.dispatch('table_exists')(schema, name)) }}
{%- endmacro %}

{% macro default__table_exists(schema, name) -%}
    {{ return(asked_once(
        "select 1 from duckdb_tables() where schema_name = '" ~ schema ~ "' and table_name = '"
        ~ name ~ "' and database_name = current_database()"
    ) | length > 0) }}
{%- endmacro %}

{% macro spark__table_exists(schema, name) -%}
    {{ return(adapter.get_relation(none, schema, name) is not none) }}
{%- endmacro %}


{#- A query of the columns of a table or view: column_name, and data_type in DuckDB's words. -#}
{% macro columns_of(relation) -%}
    {{ return(adapter.dispatch('columns_of')(relation)) }}
{%- endmacro %}

{% macro default__columns_of(relation) -%}
    select
        column_name,
        data_type
    from duckdb_columns()
    where
        database_name = current_database()
        and schema_name = '{{ relation.schema }}'
        and table_name = '{{ relation.identifier }}'
{%- endmacro %}

{% macro spark__columns_of(relation) -%}
    select * from (
        values
        {%- for column in adapter.get_columns_in_relation(relation) %}
        ('{{ column.name }}', '{{ duckdb_type(column.dtype) }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as columns (column_name, data_type)
{%- endmacro %}

{% macro duckdb_type(spark_type) -%}
    {{ return({
        'string': 'VARCHAR', 'int': 'INTEGER', 'timestamp_ntz': 'TIMESTAMP',
    }.get(spark_type, spark_type.upper())) }}
{%- endmacro %}

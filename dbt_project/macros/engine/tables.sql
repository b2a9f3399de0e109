{#- How Spark writes a table; see lists.sql. DuckDB's way is dbt's own. -#}

{% materialization table, adapter='spark', supported_languages=['sql'] -%}
    {{ return(written_to_lake()) }}
{%- endmaterialization %}

{% materialization incremental, adapter='spark', supported_languages=['sql'] -%}
    {{ return(written_to_lake()) }}
{%- endmaterialization %}


{#-
    The table is declared first and filled then: of a build that is killed nothing stays that the
    catalog does not know, so that the next can replace it. An incremental model is partitioned
    by its day, unique_key. In a run that builds the last days, partitions of these are replaced;
    of any other table what it was is there until it is made, see rows_before().
-#}
{% macro written_to_lake() -%}
    {%- if is_of_same_train() -%} {{ return(keep()) }} {%- endif -%}
    {%- set day = config.get('unique_key') if config.get('materialized') == 'incremental' -%}
    {%- set there = adapter.get_relation(none, this.schema, this.identifier) -%}
    {{ run_hooks(pre_hooks) }}
    {%- do run_query('drop table if exists ' ~ rows_before()) -%}
    {%- if is_incremental() -%}
        {{ drop_days_of_lake(day) }}
    {%- elif there and not day and (builds_days() or lake_plan()['keeps_split']) -%}
        {%- do run_query('alter table ' ~ this ~ ' rename to ' ~ rows_before()) -%}
    {%- elif there -%}
        {%- do adapter.drop_relation(there) -%}
    {%- endif -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(compiled_code) }}
    {%- endif -%}
    {%- set types = types_of_table() -%}
    {%- if not (there and is_incremental()) -%} {%- do run_query(declared_table(types, day)) -%} {%- endif -%}
    {%- set columns = types | reject('eq', day) | list + ([day] if day else []) -%}
    {%- call statement('main') %}
    insert into {{ this }}
    select {{ '/*+ rebalance(' ~ day ~ ') */' if day }}
        {{ columns | join(', ') }}
    from (
        {{ compiled_code }}
    )
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do run_query('clear cache') -%}
    {%- do run_query('drop table if exists ' ~ rows_before()) -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}


{#- Whether a table that rests on train alone stays as it is, since all new days are holdout. -#}
{% macro is_of_same_train() -%}
    {%- if not builds_days() or model.config.get('meta', {}).get('rests_on') != ['train'] -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set boundary = run_query('select boundary_on from training.split_boundary').rows[0][0] -%}
    {{ return(not first_built_day() or first_built_day() | string > boundary | string) }}
{%- endmacro %}


{#- Names and types of a model's columns: those of its contract, else of its query. -#}
{% macro types_of_table() -%}
    {%- set types = {} -%}
    {%- if config.get('contract').enforced -%}
        {%- for name, column in model.columns.items() -%}
            {%- do types.update({name: spark_type(column['data_type'])}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for column in run_query('describe query ' ~ compiled_code).rows -%}
            {%- do types.update({column[0]: column[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(types) }}
{%- endmacro %}


{% macro declared_table(types, day) -%}
    create table {{ this }} (
    {%- for name, kind in types.items() %}
        {{ name }} {{ kind }}{{ ',' if not loop.last }}
    {%- endfor %}
    )
    using {{ config.get('file_format') }}
    {{ 'partitioned by (' ~ day ~ ')' if day }}
{%- endmacro %}


{% macro drop_days_of_lake(day) -%}
    {%- set days = [] -%}
    {%- for name in run_query('show partitions ' ~ this).columns[0].values()
            if first_built_day() and name.split('=')[1] >= first_built_day() | string -%}
        {%- do days.append('partition (' ~ day ~ " = '" ~ name.split('=')[1] ~ "')") -%}
    {%- endfor -%}
    {%- if days -%} {%- do run_query('alter table ' ~ this ~ ' drop ' ~ days | join(', ')) -%} {%- endif -%}
{%- endmacro %}


{#- What a table was before this run made it anew; in its hooks and, on Spark, in its query. -#}
{% macro rows_before() -%}
    {{ return(adapter.dispatch('rows_before')()) }}
{%- endmacro %}

{% macro default__rows_before() -%} {{ return('before') }} {%- endmacro %}

{% macro spark__rows_before() -%} {{ return(this ~ '__before') }} {%- endmacro %}


{#- In the query of a model: the table as it was. -#}
{% macro this_before() -%}
    {{ return(adapter.dispatch('this_before')()) }}
{%- endmacro %}

{% macro default__this_before() -%} {{ return(this) }} {%- endmacro %}

{% macro spark__this_before() -%} {{ return(rows_before()) }} {%- endmacro %}

{#-
    What a run builds of a lake, in this run's graph: the rows of a lake cannot be changed, so
    nothing else can keep it. After a whole build by the same code, variables and source, what is
    keyed by day is built from the first day on that differs; all other tables are made again.

    was_whole    whether the last build finished
    keeps_split  whether the boundary and the thresholds stay
    builds_days  whether only days are built
    first_day    the first of them, when file_days is made
-#}
{% macro lake_plan() -%}
    {%- if 'lake plan' not in graph -%}
        {%- do put_split_back() -%}
        {%- set known = run_query('select made_from, split_definition from staging.lake_plan').rows
            if table_exists('staging', 'lake_plan') else [] -%}
        {%- set was_whole = table_exists('staging', 'build_state') -%}
        {%- set keeps_split = known and known[0][1] == split_definition()
            and not var('move_boundary') and split_is_there() -%}
        {%- set is_same = code_checksum() and known and known[0][0] == made_of() -%}
        {%- do graph.update({'lake plan': {
            'was_whole': was_whole,
            'keeps_split': keeps_split,
            'builds_days': was_whole and keeps_split and is_same and selects_all_models()
                and not flags.FULL_REFRESH and not flags.EMPTY and not var('sessionise_seconds'),
            'first_day': none,
        }}) -%}
    {%- endif -%}
    {{ return(graph['lake plan']) }}
{%- endmacro %}


{#- A run that ended while it made the split left what the split was beside what it had begun. -#}
{% macro put_split_back() -%}
    {%- for name in ['split_boundary', 'long_view_thresholds']
            if table_exists('training', name ~ '__before') -%}
        {%- do run_query('drop table if exists training.' ~ name) -%}
        {%- do run_query(
            'alter table training.' ~ name ~ '__before rename to training.' ~ name
        ) -%}
        {%- do adapter.cache_added(
            api.Relation.create(schema='training', identifier=name, type='table')
        ) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Whether both tables of the split have rows: a query that failed leaves a table without any. -#}
{% macro split_is_there() -%}
    {%- for name in ['split_boundary', 'long_view_thresholds'] -%}
        {%- if not table_exists('training', name)
                or not run_query('select 1 from training.' ~ name ~ ' limit 1').rows -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}


{#- At the end of a run, for the next. -#}
{% macro note_lake_plan() -%}
    {%- if selects_the_split() -%}
        {%- do run_query('drop table if exists staging.lake_plan') -%}
        {%- do run_query(
            'create table staging.lake_plan (made_from string, split_definition string) using parquet'
        ) -%}
        {%- set made_from = made_of() if selects_all_models() else '' -%}
        {%- do run_query(
            'insert into staging.lake_plan values (' ~ sql_text(made_from) ~ ', '
            ~ sql_text(split_definition()) ~ ')'
        ) -%}
    {%- endif -%}
{%- endmacro %}


{#- After file_days is made: the first day that differs. A log of which no day is as it was is
    another log, with a boundary of its own. -#}
{% macro find_first_day_of_lake() -%}
    {%- set now, then = days_of_files(this), days_of_files(rows_before()) -%}
    {%- if builds_days() and not run_query(
        'select 1 from (' ~ now ~ ' intersect ' ~ then ~ ") as same where file = 'big_matrix' limit 1"
    ).rows -%}
        {%- do lake_plan().update(builds_days=false, keeps_split=false) -%}
    {%- elif builds_days() -%}
        {{ build_from_earliest(
            'select day from ((' ~ now ~ ' except all ' ~ then ~ ') union all ('
            ~ then ~ ' except all ' ~ now ~ '))'
        ) }}
    {%- endif -%}
{%- endmacro %}

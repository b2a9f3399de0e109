{#- Whether this model is built by a run that builds what has changed. -#}
{% macro builds_changes() -%}
    {%- if not execute or not keeps_state() or flags.WHICH not in ['run', 'build']
            or model.resource_type not in ['model', 'operation'] -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(build_state('changed_parts is not null')) }}
{%- endmacro %}


{#- A value of the one row of staging.build_state. -#}
{% macro build_state(expression) -%}
    {{ return(asked_once('select ' ~ expression ~ ' from staging.build_state')[0][0]) }}
{%- endmacro %}


{#- dbt asks this whether an incremental model is built from nothing. -#}
{% macro should_full_refresh() -%}
    {{ return(not builds_days()) }}
{%- endmacro %}


{#- The filter of every model that is keyed by day: the days that are built. -#}
{% macro is_built(day) -%}
    {{ return(is_from_first_day(day) if is_incremental() else 'true') }}
{%- endmacro %}


{% macro is_from_first_day(day) -%}
    {%- set first_day = first_built_day() -%}
    {{ return(day ~ " >= date '" ~ first_day ~ "'" if first_day else 'false') }}
{%- endmacro %}


{#- The day, or for all days before those that are built one that stands for them: so many
    days before the first, where the days right before it are looked at one by one. -#}
{% macro day_or_past(day, days_before=1) -%}
    {%- set first_day = first_built_day() if is_incremental() else none -%}
    {{ return('greatest(' ~ day ~ ", date '" ~ first_day ~ "' - " ~ days_before ~ ')'
              if first_day else day) }}
{%- endmacro %}


{#-
    A table in a run that builds what has changed: its rows are replaced, of an incremental
    model those of the days that are built; unique_key names the column of the day. The code
    is that of the whole build, so contract, comments and constraints stand since then.
-#}
{% macro replace_rows() -%}
    {%- set day = config.get('unique_key') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') %}
    create or replace temp table built_rows as (
        {{ compiled_code }}
    );

    delete from {{ this }} {{ 'where ' ~ is_built(day) if day }};

    insert into {{ this }} by name from built_rows;

    drop table built_rows
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}


{#- dbt asks this before it makes a view or table: a run that builds what has changed has the
    columns of the whole build. -#}
{% macro duckdb__get_assert_columns_equivalent(sql) -%}
    {{ return('' if builds_changes() else assert_columns_equivalent(sql)) }}
{%- endmacro %}


{% macro replaces_rows() -%}
    {{ return(builds_changes() and load_cached_relation(this) is not none) }}
{%- endmacro %}


{#- Around a table that the histories of all days rest on: what it was, of these columns. -#}
{% macro note_before(columns) -%}
    {%- if builds_changes() and keeps_state() -%}
        create or replace temp table before as select distinct {{ columns }} from {{ this }}
    {%- endif -%}
{%- endmacro %}


{#- A video that has another author, tag or category has it in the histories of all its days. -#}
{% macro build_days_of_changed_videos(columns) -%}
    {%- if builds_days() -%}
        {{ build_from_earliest(
            'select min(event_on) from staging.stg_interactions where video_id in ('
            ~ 'select video_id from (select ' ~ columns ~ ' from ' ~ this ~ ' except select '
            ~ columns ~ ' from ' ~ rows_before() ~ ') as changed'
            ~ ' where video_id in (select known.video_id from ' ~ rows_before() ~ ' as known))'
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- As of a cut-off all histories have a row. -#}
{% macro build_days_of_changed_cutoffs() -%}
    {%- if builds_days() -%}
        {%- set now, then = 'select as_of_date from ' ~ this, 'select as_of_date from ' ~ rows_before() -%}
        {{ build_from_earliest(
            'select as_of_date from ((' ~ now ~ ' except ' ~ then ~ ') union all ('
            ~ then ~ ' except ' ~ now ~ '))'
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- A filter on the lines of a file: of the parts that have changed, and of those alone. -#}
{% macro is_of_changed_part(path='file_path') -%}
    {{ return(is_one_of(path, changed_paths()) if builds_changes() else 'true') }}
{%- endmacro %}


{#- The same of the parts that hold days that are built; DuckDB opens no other. -#}
{% macro is_of_built_part(name) -%}
    {{ return(is_one_of('file_path', built_paths(name)) if builds_days() else 'true') }}
{%- endmacro %}


{% macro is_one_of(path, paths) -%}
    {%- set texts = [] -%}
    {%- for one in paths -%} {%- do texts.append(sql_text(one)) -%} {%- endfor -%}
    {{ return(path ~ ' in (' ~ texts | join(', ') ~ ')' if texts else 'false') }}
{%- endmacro %}


{% macro built_paths(name) -%}
    {{ return(run_query(
        "select distinct path from staging.file_days where file = '" ~ name ~ "' and "
        ~ is_from_first_day('day')
    ).columns[0].values() | list) }}
{%- endmacro %}


{#- Paths of the parts that have changed, of whatever file; of those that are gone, too. -#}
{% macro changed_paths() -%}
    {{ return(run_query(
        'select unnest(changed_parts).path from staging.build_state'
    ).columns[0].values() | list) }}
{%- endmacro %}


{#-
    Whether a model stays as it is: a run that builds what has changed keeps views, questions,
    and tables whose meta `rests_on` names files of the source, or train, that are as they
    were. A table that says nothing is built again.
-#}
{% macro is_kept() -%}
    {%- set rests_on = model.config.get('meta', {}).get('rests_on') -%}
    {%- if not builds_changes()
            or (rests_on is none and model.config.materialized in ['table', 'incremental']) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for name in rests_on or [] -%}
        {%- if build_state(has_changed(name)) -%} {{ return(false) }} {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}


{#- Whether a file, train, or how an own log is written has changed, as a condition. The log
    has to be looked at again where none of its parts is as it was. -#}
{% macro has_changed(name) -%}
    {%- set changed = 'list_transform(changed_parts, lambda part: part.' -%}
    {{ return({
        'train': 'coalesce(first_day <= (select boundary_on from training.split_boundary), false)',
        'formats': (is_own_source() | string) ~ " and not exists (from staging.file_days where"
            ~ " file = 'big_matrix' and not list_contains(" ~ changed ~ 'path), path))',
    }.get(name, 'list_contains(' ~ changed ~ "file), '" ~ name ~ "')")) }}
{%- endmacro %}


{% macro keep() -%}
    {%- call noop_statement('main', 'KEPT') -%} {%- endcall -%}
    {{ return({'relations': []}) }}
{%- endmacro %}


{% materialization view, adapter='duckdb' -%}
    {{ return(keep() if is_kept() else dbt.materialization_view_default()) }}
{%- endmaterialization %}


{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] -%}
    {{ return(keep() if is_kept() else replace_rows() if replaces_rows()
              else dbt.materialization_table_duckdb()) }}
{%- endmaterialization %}


{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] -%}
    {{ return(keep() if is_kept() else replace_rows() if replaces_rows()
              else dbt.materialization_incremental_duckdb()) }}
{%- endmaterialization %}


{% materialization table_function, adapter='duckdb' -%}
    {{ return(keep() if is_kept() else dbt.materialization_table_function_duckdb()) }}
{%- endmaterialization %}

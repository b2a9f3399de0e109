{#-
    What a run builds. A plain `dbt run` after a whole build by the same code, variables and
    source builds what has changed: of the log the days from the first that differs, since
    a history knows all days before it. Anything else builds everything.
-#}
{% macro build_plan() -%}
    {%- if 'plan' in graph -%} {{ return(graph['plan']) }} {%- endif -%}
    {%- if not keeps_state() -%} {{ return({'changed_parts': none}) }} {%- endif -%}
    {%- set made_from = made_of() if selects_all_models() and not flags.EMPTY else none -%}
    {%- set was = run_query(
        'select is_complete, made_from, split_definition from staging.build_state'
    ).rows if build_exists() and build_state_is_current() else [] -%}
    {%- set is_split_kept = was and was[0][2] == split_definition() and not var('move_boundary') -%}
    {%- set is_same = made_from and is_split_kept and was[0][0] and was[0][1] == made_from -%}
    {%- set parts = changed_parts() if is_same and not flags.FULL_REFRESH else none -%}
    {%- do graph.update(plan={
        'made_from': made_from, 'is_split_kept': is_split_kept, 'changed_parts': parts,
    }) -%}
    {{ return(graph['plan']) }}
{%- endmacro %}


{#- Code, variables and source of a build, as text. -#}
{% macro made_of() -%}
    {%- set said = dict(invocation_args_dict.get('vars') or {}) -%}
    {%- do said.pop('move_boundary', none) -%}
    {{ return(tojson([code_checksum(), said, source_facts()], sort_keys=true)) }}
{%- endmacro %}


{#- What the boundary and the thresholds are set by. -#}
{% macro split_definition() -%}
    {%- set said = {'source': source_facts()['label']} -%}
    {%- for name in ['boundary', 'train_percent', 'long_view_quantile', 'long_view_min_views',
                     'capped_play', 'sessionise_seconds'] -%}
        {%- do said.update({name: var(name)}) -%}
    {%- endfor -%}
    {{ return(tojson(said, sort_keys=true)) }}
{%- endmacro %}


{% macro selects_the_split() -%}
    {{ return(model_node('split_boundary').unique_id in selected_resources
              and model_node('long_view_thresholds').unique_id in selected_resources) }}
{%- endmacro %}


{#-
    The files and the parts of them that are not as they were read, as a list of pairs; none
    where a whole file has to be known: for the keys of its ids that are texts, for views
    put together of pings, for how a dense matrix of one's own is written.
-#}
{% macro changed_parts() -%}
    {%- if var('sessionise_seconds') -%} {{ return(none) }} {%- endif -%}
    {%- set query -%}
        with now_there as (
            {{ parts_and_stamps() }}
        ),

        read_before as (
            select distinct file, path, stamp from staging.file_days
        )

        select
            coalesce(now_there.file, read_before.file) as file,
            coalesce(now_there.path, read_before.path) as path
        from now_there
        full join read_before
            on now_there.file = read_before.file and now_there.path = read_before.path
        where now_there.stamp is distinct from read_before.stamp
        order by all
    {%- endset -%}
    {%- set parts = [] -%}
    {%- set with_keys = run_query('select distinct entity from staging.id_keys').columns[0].values() -%}
    {%- for file, path in run_query(query).rows -%}
        {%- set entities = id_columns().get(file, {}).values() | join(' ') | replace('*', '') -%}
        {%- for entity in with_keys if entity in entities -%} {{ return(none) }} {%- endfor -%}
        {%- if file == 'small_matrix' and is_own_source() -%} {{ return(none) }} {%- endif -%}
        {%- do parts.append((file, path)) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}


{#- One row per file that is there, or per part of it, with its size and time of change. -#}
{% macro parts_and_stamps() -%}
    select
        file,
        path,
        {{ stamp_of('path') }} as stamp
    from (
        values
        {%- for name in source_files() %}
        {%- for path in paths_of(name) %}
        ('{{ name }}', {{ sql_text(path) }}),
        {%- endfor %}
        {%- endfor %}
        (null::string, null::string)
    ) as parts (file, path)
    where path is not null
{%- endmacro %}


{#- Whether a part has to be looked at: another that is as it was has been. -#}
{% macro is_new_part(path) -%}
    {%- set parts = build_plan()['changed_parts'] -%}
    {{ return(parts is none or path in parts | map(attribute=1)) }}
{%- endmacro %}


{#- How the parts are written that are as they were, by path; not of those that are read in a
    copy, which may be gone. -#}
{% macro formats_of_kept_parts() -%}
    {%- set formats = {} -%}
    {%- if graph.get('plan', {}).get('changed_parts') is not none and 'plan' in graph -%}
        {%- for path, format in run_query(
            'select distinct path, format from staging.file_days where format is not null'
        ).rows if not is_new_part(path) and fromjson(format).get('path', path) == path -%}
            {%- do formats.update({path: fromjson(format)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(formats) }}
{%- endmacro %}


{#- The changed parts as SQL: null, or a list of structs. -#}
{% macro parts_in_sql(parts) -%}
    {%- if parts is none -%} null
    {%- else -%}
    [
        {%- for file, path in parts %}
        {'file': '{{ file }}', 'path': {{ sql_text(path) }}}{{ ',' if not loop.last }}
        {%- endfor %}
    ]
    {%- endif -%}
{%- endmacro %}

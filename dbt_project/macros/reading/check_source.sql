{#- Before anything is written: refuse a source that cannot be read, in two lines. -#}
{% macro check_source_before_run() -%}
    {%- if execute and flags.WHICH in ['run', 'build'] and not flags.EMPTY -%}
        {%- set reading = selected_resources | select('in', raw_models()) | list -%}
        {%- if reading -%} {{ check_source() }} {%- endif -%}
    {%- elif execute and flags.WHICH == 'test' -%}
        {%- if not build_exists() -%}
            {{ refuse(
                'there are no tables to test in ' ~ env_var('REELRANK_DB', 'reelrank.duckdb'),
                'run `dbt run` first'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{% macro refuse(problem, remedy) -%}
    {{ exceptions.raise_compiler_error(problem ~ '\n' ~ remedy) }}
{%- endmacro %}


{% macro raw_models() -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if node.resource_type == 'model' and node.schema == 'raw' -%}
            {%- do found.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{% macro check_source() -%}
    {%- set facts = source_facts() -%}
    {%- set is_known = facts['kind'] in ['simulated', 'kuairec'] -%}
    {%- for name, file in source_files().items() -%}
        {%- set path = file_of(name) -%}
        {%- set is_needed = name == 'big_matrix' or (is_known and name not in optional_files()) -%}
        {%- if not path and is_needed -%}
            {{ refuse(
                name ~ '.csv (or ' ~ name ~ '.csv.gz) is not in the data folder ' ~ facts['data_dir'],
                'name the folder that holds the KuaiRec files with REELRANK_DATA_DIR or '
                ~ "--vars '{data_dir: FOLDER}', or write simulated ones with "
                ~ '`python scripts/simulate_kuairec.py --out data/simulated --scale small`'
            ) }}
        {%- elif path -%}
            {{ check_is_whole(path) }}
            {{ check_columns(name, path, file['columns'] if is_known else file['keys']) }}
            {%- if is_needed -%} {{ check_not_empty(name, path) }} {%- endif -%}
        {%- else -%}
            {{ log(name ~ '.csv is not in ' ~ facts['data_dir'] ~ ': its table stays empty', info=true) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- A cut gzip file would be read up to the cut, and the rest be lost in silence. -#}
{% macro check_is_whole(path) -%}
    {%- if path.endswith('.gz') -%}
        {%- set fault = run_query('select gzip_fault(' ~ sql_text(path) ~ ')').rows[0][0] -%}
        {%- if fault -%}
            {{ refuse(path ~ ' is no whole gzip file: ' ~ fault, 'copy or compress it again') }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{% macro check_columns(name, path, needed) -%}
    {%- set header = header_of(path) -%}
    {%- if not header -%}
        {{ refuse(path ~ ' is empty', 'put the file there again, with its header line') }}
    {%- endif -%}
    {%- set renamed = var('column_names').get(name, {}) -%}
    {%- for column in source_files()[name]['columns'] -%}
        {%- set wanted = renamed.get(column, column) | lower -%}
        {%- if header.count(wanted) > 1 -%}
            {{ refuse(
                'column ' ~ wanted ~ ' stands twice in the first line of ' ~ path,
                'rename the one that is not meant'
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in needed if column != 'time' -%}
        {%- set wanted = renamed.get(column, column) | lower -%}
        {%- if wanted not in header -%}
            {{ refuse(
                'column ' ~ wanted ~ ' is missing in ' ~ path ~ ' (its first line names: '
                ~ (header | join(', ') | truncate(300)) ~ ')',
                'add the column, or say what it is called there with the dbt variable '
                ~ 'column_names: {' ~ name ~ ': {' ~ column ~ ': NAME_IN_THE_FILE}}'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro check_not_empty(name, path) -%}
    {%- set found = run_query(
        'select 1 from ' ~ csv_lines(path) ~ " where ltrim(line) != '' limit 1"
    ) -%}
    {%- if found.rows | length == 0 -%}
        {{ refuse(path ~ ' has a header and no rows', 'put the whole file there again') }}
    {%- endif -%}
{%- endmacro %}

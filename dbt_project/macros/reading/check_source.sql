{#- Before anything is written: refuse a source that cannot be read, in two lines. -#}
{% macro check_source_before_run() -%}
    {%- if execute and flags.WHICH in ['run', 'build'] and not flags.EMPTY -%}
        {%- set reading = selected_resources | select('in', raw_models()) | list -%}
        {%- if reading -%} {{ check_source() }} {%- endif -%}
    {%- elif execute and flags.WHICH == 'test' -%}
        {%- if not (build_exists() if keeps_state() else table_exists('staging', 'load_report')) -%}
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
    {%- if facts['kind'] == 'own' and not keeps_state() -%}
        {{ refuse(
            'own logs can only be read by DuckDB so far: ' ~ facts['data_dir'] ~ ' says in no '
            ~ 'SOURCE.json that its files are written as those of KuaiRec',
            'write them so and put SOURCE.json there: {"source": "KuaiRec of ..."} '
            ~ '(docs/scale.md)'
        ) }}
    {%- endif -%}
    {%- set is_known = facts['kind'] in ['simulated', 'kuairec'] -%}
    {%- for name, file in source_files().items() -%}
        {%- set paths = paths_of(name) -%}
        {%- set is_needed = name == 'big_matrix' or (is_known and name not in optional_files()) -%}
        {%- if not paths and is_needed -%}
            {{ refuse(
                name ~ '.csv (or .csv.gz, .tsv, .parquet, or a folder ' ~ name
                ~ ' of such parts) is not in the data folder ' ~ facts['data_dir'],
                'name the folder that holds the KuaiRec files with REELRANK_DATA_DIR or '
                ~ "--vars '{data_dir: FOLDER}', or write simulated ones with "
                ~ '`python scripts/simulate_kuairec.py --out data/simulated --scale small`'
            ) }}
        {%- elif paths -%}
            {%- for path in paths if is_new_part(path) -%}
                {{ check_part(
                    name, path, file['columns'] if is_known else file['keys'], paths | length > 1
                ) }}
            {%- endfor -%}
            {%- if is_needed -%} {{ check_not_empty(name, paths) }} {%- endif -%}
        {%- else -%}
            {{ log(name ~ '.csv is not in ' ~ facts['data_dir'] ~ ': its table stays empty', info=true) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Of several parts some may be empty: a writer makes one for each of its workers. -#}
{% macro check_part(name, path, needed, is_one_of_many) -%}
    {{ check_is_whole(path) }}
    {%- set format = part_format(name, path) -%}
    {%- if format['names'] -%}
        {{ check_columns(name, path, format, needed) }}
    {%- elif not is_one_of_many -%}
        {{ refuse(path ~ ' is empty', 'put the file there again, with its header line') }}
    {%- endif -%}
{%- endmacro %}


{#- A cut gzip file would be read up to the cut, and the rest be lost in silence; what is
    no Parquet would end in a message for programmers. -#}
{% macro check_is_whole(path) -%}
    {%- set fault = fault_of(path) -%}
    {%- if fault -%}
        {{ refuse(
            path ~ ' is not a complete ' ~ ('Parquet' if is_parquet(path) else path.split('.')[-1]
            | replace('gz', 'gzip')) ~ ' file: ' ~ fault,
            'copy or compress it again, under a name that ends as its kind does'
        ) }}
    {%- endif -%}
{%- endmacro %}


{% macro check_columns(name, path, format, needed) -%}
    {%- set header = name_keys(format['names']) -%}
    {%- for column in source_files()[name]['columns'] -%}
        {%- if header.count(name_keys([name_in_file(name, column)])[0]) > 1 -%}
            {{ refuse(
                'column ' ~ name_in_file(name, column) ~ ' occurs twice in the first line of '
                ~ path, 'rename the one that is not meant'
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in needed if column != 'time' -%}
        {%- if not place_of(name, column, format['names']) -%}
            {{ refuse(
                'column ' ~ name_in_file(name, column) ~ ' is missing in ' ~ path ~ ' ('
                ~ header_in_words(format) ~ ')',
                'add the column, or say what it is called there: '
                ~ ('--columns ' ~ column ~ '=NAME'
                   ~ (' (of two columns: DATE+TIME)' if column == 'timestamp' else '')
                   if name == 'big_matrix' else '[columns.' ~ name ~ '] in reelrank.toml')
                ~ ', or var column_names if you only run dbt'
                ~ ('; another separator: [format] delimiter = ";" in reelrank.toml'
                   if format['names'] | length == 1 else '')
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro header_in_words(format) -%}
    {%- set names = format['names'] | join(', ') | truncate(300) -%}
    {%- if 'skip' not in format -%} {{ return('it has ' ~ names) }} {%- endif -%}
    {{ return(('its first line' if format['skip'] == 1 else 'its line ' ~ format['skip'])
        ~ ' names: ' ~ names) }}
{%- endmacro %}


{% macro check_not_empty(name, paths) -%}
    {%- for path in paths -%}
        {%- set rows = parquet_file(path) if is_parquet(path)
            else bare_lines(part_format(name, path)) ~ " where ltrim(line) != ''" -%}
        {%- if run_query('select 1 from ' ~ rows ~ ' limit 1').rows -%} {{ return('') }} {%- endif -%}
    {%- endfor -%}
    {%- set encoding = '' if is_parquet(paths[0]) else part_format(name, paths[0])['encoding'] -%}
    {{ refuse(
        paths[0] ~ ' has a header and no rows' ~ (' that can be read as ' ~ encoding if encoding),
        'put the whole file there again' ~ (
            ', or name its encoding in reelrank.toml: [format] encoding = "gbk"' if encoding
        )
    ) }}
{%- endmacro %}

{#- Files of the source; see lists.sql. DuckDB reads them from the disk of this machine, Spark
    from wherever the paths of its cluster lead. -#}

{#- A relation with the lines of a text file behind its header as column `line`. -#}
{% macro bare_lines(format) -%}
    {{ return(adapter.dispatch('bare_lines')(format)) }}
{%- endmacro %}

{% macro default__bare_lines(format) -%} {{ csv_lines(format) }} {%- endmacro %}

{% macro spark__bare_lines(format) -%}
    {%- if format['is_folder'] -%} ({{ lines_of_folder(format) }})
    {%- else -%}
    (
        select line from ({{ spark_lines(format) }}) where place > 0
    )
    {%- endif -%}
{%- endmacro %}

{#- The lines of all files of a folder but their headers, and which file each is of. -#}
{% macro lines_of_folder(format) -%}
    select
        value as line,
        {{ sql_text(format['path'][:format['path'].rindex('/') + 1]) }} || _metadata.file_name
            as file_path,
        _metadata.file_block_start as block,
        monotonically_increasing_id() as place
    from text.`{{ format['path'] }}`
    where
        _metadata.file_block_start > 0
        or translate(lower(value), '" ', '')
        != {{ sql_text(format['names'] | join(format['delimiter']) | replace(' ', '')) }}
{%- endmacro %}

{#- A place orders the lines of a file; its first line is at 0. Each block of lines that Spark
    reads in one go begins at a multiple of 2^33. -#}
{% macro spark_lines(format) -%}
    select value as line, monotonically_increasing_id() as place
    from text.`{{ format['path'] }}`
{%- endmacro %}


{#- A query of the same lines, with or without their numbers in the file. -#}
{% macro numbered_lines(format) -%}
    {{ return(adapter.dispatch('numbered_lines')(format)) }}
{%- endmacro %}

{% macro default__numbered_lines(format) -%}
    select
        line,
        row_number() over () + {{ format['skip'] }} as line_number
    from {{ csv_lines(format) }}
{%- endmacro %}

{% macro spark__numbered_lines(format) -%}
    {%- if format['is_folder'] %}
    select
        line,
        file_path,
        cast(row_number() over (partition by file_path order by block, place) + 1 as bigint)
            as line_number
    from ({{ lines_of_folder(format) }})
    {%- else %}
    select /*+ broadcast(blocks) */
        lines.line,
        blocks.lines_before + lines.place % {{ 2 ** 33 }} + 1 as line_number
    from ({{ spark_lines(format) }}) as lines
    inner join (
        select
            place div {{ 2 ** 33 }} as block,
            sum(count(*)) over (order by place div {{ 2 ** 33 }}) - count(*) as lines_before
        from ({{ spark_lines(format) }})
        group by place div {{ 2 ** 33 }}
    ) as blocks
        on lines.place div {{ 2 ** 33 }} = blocks.block
    where blocks.lines_before + lines.place % {{ 2 ** 33 }} >= {{ format['skip'] }}
    {%- endif %}
{%- endmacro %}


{% macro unnumbered_lines(format) -%}
    select
        line,
        {%- if format['is_folder'] %}
        file_path,
        {%- endif %}
        null::bigint as line_number
    from {{ bare_lines(format) }}
{%- endmacro %}


{#- A relation with the line of the header as column `line`; of an empty file without rows. -#}
{% macro header_line(format) -%}
    {{ return(adapter.dispatch('header_line')(format)) }}
{%- endmacro %}

{% macro default__header_line(format) -%}
    {{ csv_lines(dict(format, skip=format['skip'] - 1), only_to_look=true) }}
{%- endmacro %}

{% macro spark__header_line(format) -%} ({{ spark_lines(format) }}) {%- endmacro %}


{#-
    The parts of a file that one query reads, each as (path, format). Spark reads texts of one
    folder at once that are written alike: a branch for each of a hundred files is more than a
    catalog keeps of a view.
-#}
{% macro parts_read_at_once(name, paths) -%}
    {{ return(adapter.dispatch('parts_read_at_once')(name, paths)) }}
{%- endmacro %}

{% macro default__parts_read_at_once(name, paths) -%}
    {%- set found = [] -%}
    {%- for path in paths -%} {%- do found.append((path, part_format(name, path))) -%} {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro spark__parts_read_at_once(name, paths) -%}
    {%- set each = default__parts_read_at_once(name, paths) -%}
    {%- set kinds = [] -%}
    {%- for path, format in each -%}
        {%- set folder, file = path.rsplit('/', 1) -%}
        {%- do kinds.append((folder ~ '/*.' ~ file.split('.', 1)[1], format['names'] | join(','))) -%}
    {%- endfor -%}
    {%- if each | length < 2 or is_parquet(each[0][0]) or kinds | unique | list | length > 1 -%}
        {{ return(each) }}
    {%- endif -%}
    {{ return([(kinds[0][0], dict(each[0][1], path=kinds[0][0], is_folder=true))]) }}
{%- endmacro %}


{#- The fields of a line, as the CSV standard reads it. A quote that is not closed in its
    own field is an ordinary character. -#}
{% macro csv_fields(line, delimiter) -%}
    {{ return(adapter.dispatch('csv_fields')(line, delimiter)) }}
{%- endmacro %}

{% macro default__csv_fields(line, delimiter) -%}
    {%- set mark = sql_text(delimiter) -%}
    {%- set in_class = {'\t': '\\t'}.get(delimiter, delimiter) -%}
    {%- set in_pattern = '\\|' if delimiter == '|' else in_class -%}
    {%- set width = delimiter | length -%}
    case
        when not contains({{ line }}, '"') then string_split({{ line }}, {{ mark }})
        else list_transform(
            regexp_extract_all(
                {{ mark }} || {{ line }},
                '{{ in_pattern }}(?:"(?:[^"]|"")*"|[^{{ in_class }}]*)'
            ),
            lambda field: case
                when starts_with(field, {{ sql_text(delimiter ~ '"') }})
                    and ends_with(field, '"') and len(field) > {{ width + 1 }}
                    then replace(field[{{ width + 2 }}:-2], '""', '"')
                else field[{{ width + 1 }}:]
            end
        )
    end
{%- endmacro %}

{% macro spark__csv_fields(line, delimiter) -%}
    case
        when not contains({{ line }}, '"') then {{ parts_between(line, delimiter) }}
        else transform(
            regexp_extract_all(
                '{{ delimiter }}' || {{ line }},
                r'\Q{{ delimiter }}\E(?:"(?:[^"]|"")*"|[^{{ delimiter }}]*)', 0
            ),
            field -> case
                when startswith(field, '{{ delimiter }}"')
                    and endswith(field, '"') and length(field) > 2
                    then replace(substring(field, 3, length(field) - 3), '""', '"')
                else substring(field, 2)
            end
        )
    end
{%- endmacro %}


{#- The rows of a Parquet file, or of a table of the engine's catalog; with the number of a
    row in it, from 1, and a whole row as text. -#}
{% macro parquet_file(path, numbered=false) -%}
    {{ return(adapter.dispatch('parquet_file')(path, numbered)) }}
{%- endmacro %}

{% macro default__parquet_file(path, numbered) -%}
    read_parquet({{ file_literal(path) }}{{ ', file_row_number = true' if numbered }})
{%- endmacro %}

{% macro spark__parquet_file(path, numbered) -%}
    {%- if is_table(path) -%} {{ path.split(' ')[1] }}
    {%- else -%} parquet.`{{ path }}`
    {%- endif -%}
{%- endmacro %}

{#- What var source_tables names stands among the paths as `table NAME`. -#}
{% macro is_table(path) -%}
    {{ return(path.startswith('table ')) }}
{%- endmacro %}


{% macro row_in_file(path) -%}
    {{ return(adapter.dispatch('row_in_file')(path)) }}
{%- endmacro %}

{% macro default__row_in_file(path) -%} file_row_number + 1 {%- endmacro %}

{% macro spark__row_in_file(path) -%}
    {{ 'null::bigint' if is_table(path) else '_metadata.row_index + 1' }}
{%- endmacro %}


{#- A value of such a row as text, a number as a CSV has it: in Spark's own words a fraction from
    10,000,000 on is 2.0200706E7. -#}
{% macro value_as_text(column) -%}
    {{ return(adapter.dispatch('value_as_text')(column)) }}
{%- endmacro %}

{% macro default__value_as_text(column) -%} {{ column }}::string {%- endmacro %}

{% macro spark__value_as_text(column) -%}
    case
        when typeof({{ column }}) in ('float', 'double') and {{ column }}::string rlike 'E[0-9]'
            then regexp_replace({{ column }}::string::decimal(38, 12)::string, r'[.]?0+$', '')
        else {{ column }}::string
    end
{%- endmacro %}


{% macro row_as_text(relation) -%}
    {{ return(adapter.dispatch('row_as_text')(relation)) }}
{%- endmacro %}

{% macro default__row_as_text(relation) -%} to_json({{ relation }})::string {%- endmacro %}

{% macro spark__row_as_text(relation) -%} to_json(struct({{ relation }}.*)) {%- endmacro %}


{#- The paths of a file of the source, whole or in parts. -#}
{% macro paths_like(folder, name) -%}
    {{ return(adapter.dispatch('paths_like')(folder, name)) }}
{%- endmacro %}

{% macro default__paths_like(folder, name) -%}
    {%- set stem = folder ~ '/' ~ name -%}
    {%- set literal = file_literal(stem) -%}
    {%- set query -%}
        with files as (
            select
                file,
                parse_filename(file) as name,
                starts_with(file, {{ sql_text(stem ~ '.') }})
                and not contains(file[{{ stem | length + 1 }}:], '/') as is_whole
            from (
                from glob({{ literal }} || '.*')
                union all
                from glob({{ literal }} || '/**')
                union all
                from glob({{ literal }} || '.*/**')
            )
        )

        select file
        from files
        where
            regexp_matches(lower(name), '\.((csv|tsv|txt)(\.gz|\.zst)?|parquet)$')
            and not regexp_matches(name, '^[._]')
        qualify is_whole = max(is_whole) over ()
        order by regexp_extract(lower(name), '\.(csv|tsv|txt|parquet)') = '.parquet', file
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#- Spark reads a folder of Parquet parts as one. -#}
{% macro spark__paths_like(folder, name) -%}
    {%- if name in var('source_tables') -%}
        {{ return(['table ' ~ var('source_tables')[name]]) }}
    {%- endif -%}
    {%- set stem = folder ~ '/' ~ name -%}
    {%- set whole, parts, tables = [], [], [] -%}
    {%- for path in spark_listing(folder) -%}
        {%- set is_data = modules.re.search('/[^._/][^/]*[.]((csv|tsv|txt)(.gz)?|parquet)$', path) -%}
        {%- set behind = path[stem | length:] -%}
        {%- if is_data and path.startswith(stem ~ '.') and '/' not in behind -%}
            {%- do whole.append(path) -%}
        {%- elif is_data and (path.startswith(stem ~ '/') or path.startswith(stem ~ '.')) -%}
            {%- if path.endswith('.parquet') -%}
                {%- do tables.append(stem ~ behind[:behind.rindex('/')] ~ '/*.parquet') -%}
            {%- else -%}
                {%- do parts.append(path) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(whole | sort or parts | sort or tables | unique | sort) }}
{%- endmacro %}

{#- All files of a folder and of the folders in it. -#}
{% macro spark_listing(folder) -%}
    {%- if 'files of ' ~ folder not in graph -%}
        {%- set paths = [] -%}
        {%- for path in run_query('select path from binaryFile.`' ~ folder ~ '/*`').columns[0].values() -%}
            {%- do paths.append(folder ~ '/' ~ path.split(folder ~ '/')[-1]) -%}
        {%- endfor -%}
        {%- do graph.update({'files of ' ~ folder: paths}) -%}
    {%- endif -%}
    {{ return(graph['files of ' ~ folder]) }}
{%- endmacro %}


{#- The text of a small file, none where it is absent. -#}
{% macro small_text(path) -%}
    {{ return(adapter.dispatch('small_text')(path)) }}
{%- endmacro %}

{% macro default__small_text(path) -%}
    {%- set found = run_query(
        'select content from read_text(' ~ file_literal(path) ~ ') limit 1'
    ) if run_query('select 1 from glob(' ~ file_literal(path) ~ ')').rows | length else none -%}
    {{ return(found.rows[0][0] if found else none) }}
{%- endmacro %}

{% macro spark__small_text(path) -%}
    {%- if path not in spark_listing(path[:path.rindex('/')]) -%} {{ return(none) }} {%- endif -%}
    {{ return(run_query('select value from text.`' ~ path ~ '`').columns[0].values() | join('\n')) }}
{%- endmacro %}


{#- What is wrong with a file that no reader would say in words; none where nothing is. -#}
{% macro fault_of(path) -%}
    {{ return(adapter.dispatch('fault_of')(path)) }}
{%- endmacro %}

{% macro default__fault_of(path) -%}
    {{ return(run_query('select file_fault(' ~ sql_text(path) ~ ')').rows[0][0]) }}
{%- endmacro %}

{% macro spark__fault_of(path) -%} {{ return(none) }} {%- endmacro %}


{#- Size and time of change of a file, by which a later build knows whether it is as it was;
    null where none will ask. -#}
{% macro stamp_of(path) -%}
    {{ return(adapter.dispatch('stamp_of')(path)) }}
{%- endmacro %}

{% macro default__stamp_of(path) -%} file_stamp({{ path }}) {%- endmacro %}

{% macro spark__stamp_of(path) -%} null::string {%- endmacro %}

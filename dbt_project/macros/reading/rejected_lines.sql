{#- The beginning of a line, enough to find it again. -#}
{% macro kept_text(line) -%}
    left({{ line }}, {{ var('rejected_line_length') }})
{%- endmacro %}


{#-
    After rejected_rows has read every file: give the rejected lines their number in the
    file, and add the lines that DuckDB itself could not read.
-#}
{% macro keep_unreadable_lines() -%}
    {%- if execute and keeps_state() -%}
        {%- set unnumbered = run_query(
            'select distinct file, file_path from ' ~ this ~ ' where line_number is null'
        ) -%}
        {%- for name, path in unnumbered.rows -%}
            {%- do run_query(number_lines_query(name, path)) -%}
        {%- endfor -%}
        {%- if has_read_lines() -%}
            {%- do run_query(unreadable_lines_query()) -%}
            {%- set read = run_query(
                'select distinct file, file_path from ' ~ this ~ ' where ' ~ is_read_for_rejected_rows()
            ).rows -%}
            {%- for name, path in read if not is_parquet(path) and ends_in_crlf(text_format(name, path)) %}
            update {{ this }} set line_number = (line_number + 1) // 2
            where file_path = {{ sql_text(path) }};
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Of the large files a run that builds what has changed keeps the lines of other parts. -#}
{% macro is_read_for_rejected_rows() -%}
    {%- if not builds_changes() -%} {{ return('true') }} {%- endif -%}
    {%- set paths = changed_paths() -%}
    {%- for name in source_files() -%}
        {%- do paths.extend(built_paths(name) if name in ['big_matrix', 'item_daily_features']
                            else [] if name == 'small_matrix' else paths_of(name)) -%}
    {%- endfor -%}
    {{ return(is_one_of('file_path', paths | unique)) }}
{%- endmacro %}


{#- One row per text file that was read: the file of the source it is, or is a part of. -#}
{% macro text_paths() -%}
    {%- set found = [] -%}
    {%- for name in source_files() -%}
        {%- for path in paths_of(name) if not is_parquet(path) -%}
            {%- do found.append((name, path)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{% macro text_paths_query() -%}
    select * from (
        values
        {%- for name, path in text_paths() %}
            (
                {{ sql_text(name) }}, {{ sql_text(path) }},
                {{ sql_text(text_format(name, path)['path']) }},
                {{ sql_text(text_format(name, path)['encoding']) }}
            ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as text_paths (file, file_path, utf8_path, encoding)
{%- endmacro %}


{#-
    Lines over 32 MB or not in the encoding of the file, once each however often it was read.
    They were not counted when the others got their numbers, so the numbers behind them move
    up.
-#}
{% macro unreadable_lines_query() -%}
    create or replace temp table unreadable_lines as
    with files as (
        select * from ({{ text_paths_query() }})
        where {{ is_read_for_rejected_rows() }}
    ),

    found as (
        select distinct on (files.file_path, errors.line)
            files.file,
            files.file_path,
            errors.line as line_number,
            {{ kept_text('trim(errors.csv_line, chr(10) || chr(13))') }} as line_content,
            case
                when errors.error_type = 'INVALID ENCODING'
                    then 'the line is not ' || files.encoding || ', as the rest of the file is'
                else {{ kept_text('errors.error_message') }}
            end as reason
        from reject_errors as errors
        inner join reject_scans as scans using (scan_id, file_id)
        inner join files on scans.file_path = files.utf8_path
    )

    select
        *,
        line_number + 1 - row_number() over (
            partition by file_path order by line_number
        ) as readable_lines_to_here
    from found;

    update {{ this }} as rejected set line_number = rejected.line_number + (
        select count(*) from unreadable_lines as unreadable
        where
            unreadable.file_path = rejected.file_path
            and unreadable.readable_lines_to_here <= rejected.line_number
    );

    insert into {{ this }} by name
    select * exclude (readable_lines_to_here) from unreadable_lines;
{%- endmacro %}


{#- Equal lines get the numbers of their occurrences, in order. -#}
{% macro number_lines_query(name, path) -%}
    {%- set format = text_format(name, path) -%}
    {%- set unnumbered = 'file_path = ' ~ sql_text(path) ~ ' and line_number is null' -%}
    create or replace temp table line_numbers as
    with lines as (
        select
            line,
            row_number() over () + {{ format['skip'] }} as line_number
        from {{ csv_lines(format) }}
    ),

    wanted as (
        select distinct line_content from {{ this }} where {{ unnumbered }}
    )

    select
        wanted.line_content,
        lines.line_number,
        row_number() over (
            partition by wanted.line_content order by lines.line_number
        ) as occurrence
    from lines
    inner join wanted on {{ kept_text('lines.line') }} = wanted.line_content;

    create or replace temp table unnumbered as
    select
        rowid as row_id,
        line_content,
        row_number() over (partition by line_content order by rowid) as occurrence
    from {{ this }}
    where {{ unnumbered }};

    update {{ this }} as rejected set line_number = line_numbers.line_number
    from unnumbered
    inner join line_numbers using (line_content, occurrence)
    where rejected.rowid = unnumbered.row_id
{%- endmacro %}


{#- Whether lines of a file are not in its staging table, neither kept nor as a copy. -#}
{% macro lines_are_missing(name, staged) -%}
    {%- if not execute or not load_relation(staged) -%} {{ return(true) }} {%- endif -%}
    {%- set missing = run_query(
        "select line_count"
        ~ " - (select coalesce(sum(copy_count), 0) from " ~ staged ~ ")"
        ~ " from " ~ ref('file_lines') ~ " where file = '" ~ name ~ "'"
    ) -%}
    {{ return(missing.rows[0][0] != 0) }}
{%- endmacro %}


{#- After file_days has read every file: the lines that DuckDB itself could not read. -#}
{% macro count_unreadable_lines() -%}
    {%- if execute and keeps_state() and has_read_lines() -%}
    insert into {{ this }} by name
    select
        files.file,
        files.file_path as path,
        file_stamp(files.file_path) as stamp,
        count(distinct errors.line) as line_count,
        false as is_readable,
        false as is_plausible
    from reject_errors as errors
    inner join reject_scans as scans using (scan_id, file_id)
    inner join ({{ text_paths_query() }}) as files on scans.file_path = files.utf8_path
    where {{ is_of_changed_part('files.file_path') }}
    group by all
    {%- endif -%}
{%- endmacro %}


{#- Whether this connection has read lines at all: DuckDB then has its table reject_errors. -#}
{% macro has_read_lines() -%}
    {%- set found = run_query(
        "select 1 from duckdb_tables() where temporary and table_name = 'reject_errors'"
    ) -%}
    {{ return(found.rows | length > 0) }}
{%- endmacro %}

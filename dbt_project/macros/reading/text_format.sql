{#-
    How a text file is written: its encoding and where it can be read as UTF-8 (path), its
    separator, the row of its header (skip: so many rows stand up to the end of the header),
    the names in it, and the marks of its numbers.
    Set by var file_formats, else found from the first lines; KuaiRec's own is known.
-#}
{% macro text_format(name, path) -%}
    {{ return(part_format(name, path)) }}
{%- endmacro %}


{% macro found_format(name, path) -%}
    {%- set format = dict({
        'path': path, 'encoding': 'utf-8', 'delimiter': ',', 'skip': 1, 'decimal': '.',
        'group': '',
    }) -%}
    {%- if is_own_source() -%}
        {%- set given = var('file_formats').get(name, {}) -%}
        {%- do format.update(encoding=given.get('encoding') or encoding_of(path)) -%}
        {%- do format.update(path=utf8_path(path, format['encoding'])) -%}
        {%- do format.update(header_place(name, format, given.get('delimiter'))) -%}
        {%- do format.update(number_marks(name, format)) -%}
        {%- do format.update(given) -%}
    {%- endif -%}
    {{ return(dict(format, names=names_of(format))) }}
{%- endmacro %}


{#- (file, encoding) of own files in an encoding of which their bytes give no proof. -#}
{% macro guessed_encodings() -%}
    {%- set found = [] -%}
    {%- for name, path in text_paths() if is_own_source() -%}
        {%- set encoding = text_format(name, path)['encoding'] -%}
        {%- if encoding == 'cp1252' and not var('file_formats').get(name, {}).get('encoding')
                and (name, encoding) not in found -%}
            {%- do found.append((name, encoding)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{% macro encoding_of(path) -%}
    {{ return(run_query('select text_encoding(' ~ sql_text(path) ~ ')').rows[0][0]) }}
{%- endmacro %}


{#- Where a text file can be read as UTF-8: itself, or a copy beside the database. -#}
{% macro utf8_path(path, encoding) -%}
    {%- set found = run_query(
        'select utf8_copy(' ~ sql_text(path) ~ ', ' ~ sql_text(encoding) ~ ')'
    ).rows[0][0] -%}
    {%- if not found -%}
        {{ refuse(
            'there is no encoding ' ~ encoding ~ ', in which ' ~ path ~ ' is said to be written',
            'name one that Python knows, like cp1252, gb18030 or shift_jis, in the table '
            ~ '[format] of reelrank.toml or in var file_formats'
        ) }}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}


{#- Of the first lines and the usual separators, the pair that names most columns we know:
    exports put a title before the header. -#}
{% macro header_place(name, format, delimiter=none) -%}
    {%- set known = [] -%}
    {%- for column in source_files()[name]['columns'] -%}
        {%- do known.append(name_in_file(name, column)) -%}
    {%- endfor -%}
    {%- set query -%}
        with first_lines as (
            select
                line,
                row_number() over () as skip
            from (
                from {{ csv_lines(dict(format, skip=0), only_to_look=true) }} limit 200
            )
        ),

        guesses as (
            select
                separators.delimiter,
                first_lines.skip,
                separators.place,
                len(list_filter(
                    string_split(first_lines.line, separators.delimiter),
                    lambda field: list_contains({{ name_keys(known) }}, {{ name_key('field') }})
                )) as known_count
            from first_lines
            cross join (
                values
                {%- if delimiter %}
                ({{ sql_text(delimiter) }}, 1)
                {%- else %}
                (',', 1), (';', 2), (chr(9), 3), ('|', 4), ('::', 5), (chr(1), 6)
                {%- endif %}
            ) as separators (delimiter, place)
            where ltrim(first_lines.line) != ''
        )

        select delimiter, skip from guesses
        order by known_count desc, skip, place
        limit 1
    {%- endset -%}
    {%- set found = run_query(query).rows -%}
    {{ return({'delimiter': found[0][0], 'skip': found[0][1] | int} if found else {}) }}
{%- endmacro %}


{#-
    The decimal mark and the mark between thousands, by what the first lines show: 3,5 and
    1700000693,956 have a decimal comma, as has 1.234,5; 1,234,567 and 1,234.5 have none.
    3,657 may be either, and follows the others; by itself it is more than a thousand.
-#}
{% macro number_marks(name, format) -%}
    {%- set names = names_of(format) -%}
    {%- set places = [] -%}
    {%- for column in number_columns(name) if place_of(name, column, names) -%}
        {%- do places.append(place_of(name, column, names)) -%}
    {%- endfor -%}
    {%- if not places -%} {{ return({}) }} {%- endif -%}
    {%- set query -%}
        with numbers as (
            select unnest(list_select({{ csv_fields('line', format['delimiter']) }}, {{ places }}))
                as number
            from (from {{ csv_lines(format, only_to_look=true) }} limit 2000)
        )

        select
            count_if(regexp_full_match(
                number, '\s*-?((0|[0-9]{4,}),[0-9]+|[0-9]+,([0-9]{1,2}|[0-9]{4,})'
                || '|[0-9]{1,3}([. ''][0-9]{3})+,[0-9]+|[0-9]{1,3}(\.[0-9]{3}){2,})\s*'
            )) as decimal_commas,
            count_if(regexp_full_match(
                number, '\s*-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\s*'
            )) as thousands_commas,
            count_if(regexp_full_match(
                number, '\s*-?[0-9]{1,3}([ \x{a0}\x{202f}][0-9]{3})+([.,][0-9]+)?\s*'
            )) as spaces,
            count_if(regexp_full_match(
                number, '\s*-?[0-9]{1,3}([''’][0-9]{3})+([.,][0-9]+)?\s*'
            )) as quotes
        from numbers
    {%- endset -%}
    {#- no numbers at all: null -#}
    {%- set found = run_query(query).rows[0] -%}
    {%- set has_comma = (found[0] or 0) > 0 -%}
    {{ return({
        'decimal': ',' if has_comma else '.',
        'group': ' ' if found[2] else "'" if found[3] else '.' if has_comma
                 else ',' if found[1] else '',
    }) }}
{%- endmacro %}


{#- The names in the header, lowercase; none of them where the file is empty. -#}
{% macro names_of(format) -%}
    {%- set found = run_query(
        'select ' ~ text_of_list(list_map(
            csv_fields('line', format['delimiter']), 'name',
            'lower(' ~ without_ends('name', ' "') ~ ')'
        ), '\n') ~ ' from ' ~ header_line(format) ~ ' limit 1'
    ) -%}
    {{ return(found.rows[0][0].split('\n') if found.rows and found.rows[0][0] else []) }}
{%- endmacro %}

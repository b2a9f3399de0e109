{#- A file of the source may be one file or a folder of parts, as text or as Parquet. -#}

{#- The paths of a file, or of its parts, in order; none of them where it is absent. -#}
{% macro paths_of(name, folder=none) -%}
    {%- if not execute -%} {{ return([]) }} {%- endif -%}
    {%- set stem = (folder or data_folder()) ~ '/' ~ name -%}
    {%- if 'parts of ' ~ stem in graph -%} {{ return(graph['parts of ' ~ stem]) }} {%- endif -%}
    {%- set paths = paths_like(folder or data_folder(), name) -%}
    {%- set is_whole = paths and paths[0].startswith(stem ~ '.') and '/' not in paths[0][stem | length:] -%}
    {%- set found = paths[:1] if is_whole else paths -%}
    {%- do graph.update({'parts of ' ~ stem: found}) -%}
    {{ return(found) }}
{%- endmacro %}


{#- The path of a file, or of the folder that holds its parts; none where it is absent. -#}
{% macro file_of(name, folder=none) -%}
    {%- set paths = paths_of(name, folder) -%}
    {%- if paths | length == 1 -%} {{ return(paths[0]) }} {%- endif -%}
    {{ return((folder or data_folder()) ~ '/' ~ name if paths else none) }}
{%- endmacro %}


{% macro is_parquet(path) -%}
    {{ return((path | lower).endswith('.parquet') or is_table(path)) }}
{%- endmacro %}


{#- How a part is written: {names ...}, and for a text all that found_format() finds. Of a
    part that is as it was, staging.file_days knows it. -#}
{% macro part_format(name, path) -%}
    {%- if 'formats' not in graph -%} {%- do graph.update(formats=formats_of_kept_parts()) -%} {%- endif -%}
    {%- if path not in graph['formats'] -%}
        {%- do graph['formats'].update({
            path: names_of_parquet(path) if is_parquet(path) else found_format(name, path)
        }) -%}
    {%- endif -%}
    {{ return(graph['formats'][path]) }}
{%- endmacro %}


{% macro names_of_parquet(path) -%}
    {%- set found = run_query('select * from ' ~ parquet_file(path) ~ ' limit 0') -%}
    {{ return({'names': found.column_names | list}) }}
{%- endmacro %}

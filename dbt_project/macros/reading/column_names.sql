{#- What a column is called in the file: var column_names. -#}
{% macro name_in_file(name, column) -%}
    {{ return(var('column_names').get(name, {}).get(column, column)) }}
{%- endmacro %}


{#- A column's name as names are compared: User-ID, userId and "user id" are user_id. -#}
{% macro name_key(name) -%}
    regexp_replace(lower({{ name }}), '[\s_"-]+', '', 'g')
{%- endmacro %}


{#- The same of names in Jinja. -#}
{% macro name_keys(names) -%}
    {%- set keys = [] -%}
    {%- for name in names -%}
        {%- do keys.append(modules.re.sub('[\\s_"-]+', '', name | lower)) -%}
    {%- endfor -%}
    {{ return(keys) }}
{%- endmacro %}


{#- The place of a column in a header, from 1; 0 where it is absent. -#}
{% macro place_of(name, column, names) -%}
    {%- set header = name_keys(names) -%}
    {%- set wanted = name_keys([name_in_file(name, column)])[0] -%}
    {{ return(header.index(wanted) + 1 if wanted and wanted in header else 0) }}
{%- endmacro %}

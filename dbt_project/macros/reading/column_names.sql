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
    {%- set places = places_of(name, column, names) -%}
    {{ return(places[0] if places else 0) }}
{%- endmacro %}


{#- The same of a column that may be two in the file, as date+time; none where it is absent. -#}
{% macro places_of(name, column, names) -%}
    {%- set header = name_keys(names) -%}
    {%- set wanted = name_in_file(name, column) -%}
    {%- set whole = name_keys([wanted]) -%}
    {%- set keys = whole if whole[0] in header else name_keys(wanted.split('+')) -%}
    {%- set places = [] -%}
    {%- for key in keys -%}
        {%- if not key or key not in header -%} {{ return([]) }} {%- endif -%}
        {%- do places.append(header.index(key) + 1) -%}
    {%- endfor -%}
    {{ return(places) }}
{%- endmacro %}

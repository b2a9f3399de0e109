{#-
    Whether an id is not a whole number from 0 to 999999999, written as numbers are: 007 is an
    id of its own, 7.0 is 7. Null where there is none.
-#}
{% macro is_odd_id(column) -%}
    case
        when not {{ is_blank(column) }}
            then not regexp_full_match({{ column }}, '\s*(0|[1-9][0-9]{0,8})(\.0*)?\s*')
    end
{%- endmacro %}


{#- One row: whether ids of a column are odd, as the average of a file; null without ids. -#}
{% macro odd_share(name, column) -%}
    {%- if id_columns()[name][column].endswith('*') -%}
        (
            select avg(({{ is_odd_id('id') }})::integer)
            from (select unnest({{ text_list(column) }}) as id from {{ ref(name) }})
        )
    {%- elif name.endswith('matrix') -%}
        (select avg({{ column }}_is_odd::integer) from {{ name }}_values)
    {%- else -%}
        (select avg(({{ is_odd_id(column) }})::integer) from {{ ref(name) }})
    {%- endif -%}
{%- endmacro %}


{#- Whether the ids of users, videos ... are whole numbers in all files, so that each is its
    own key. -#}
{% macro ids_are_numbers(entity) -%}
    {%- for name, column_name, format, _, _ in column_formats() if format == 'text'
            and id_columns().get(name, {}).get(column_name) in [entity, entity ~ '*'] -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}

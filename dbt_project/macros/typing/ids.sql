{#- The key of an id: the number itself, else what staging.id_keys says. -#}
{% macro id_key(entity, text, data_type='integer') -%}
    {%- if ids_are_numbers(entity) -%}
        {%- if execute and is_own_source() -%}
            case when not {{ is_odd_id(text) }} then {{ whole_number(text, data_type) }} end
        {%- else -%}
            {{ whole_number(text, data_type) }}
        {%- endif -%}
    {%- else -%}
        (
            select id_keys.key::{{ data_type }} from {{ ref('id_keys') }} as id_keys
            where id_keys.entity = '{{ entity }}' and id_keys.id = {{ id_text(text) }}
        )
    {%- endif -%}
{%- endmacro %}


{#- The keys of a list of ids, in its order. -#}
{% macro id_key_list(entity, items) -%}
    {%- if ids_are_numbers(entity) -%}
        {{ list_map(items, 'item', whole_number('item')) }}
    {%- else -%}
        case when {{ items }} is not null then coalesce((
            select list(id_keys.key order by listed.place)
            from (
                select
                    unnest({{ items }}) as item,
                    generate_subscripts({{ items }}, 1) as place
            ) as listed
            inner join {{ ref('id_keys') }} as id_keys
                on id_keys.entity = '{{ entity }}' and id_keys.id = {{ id_text('listed.item') }}
        ), []) end
    {%- endif -%}
{%- endmacro %}


{#- An id as it is compared: without blanks around it, 7.0 as 7; null where there is none. -#}
{% macro id_text(column) -%}
    case
        when not {{ is_blank(column) }}
            then regexp_replace(
                trim({{ column }}, concat(' ', chr(9), chr(13), chr(160))), '^(-?[0-9]+)\.0+$', '\1'
            )
    end
{%- endmacro %}


{% macro id_problem(column, entity) -%}
    {{ problem(column, 'no id' if not ids_are_numbers(entity) else
        'not a whole number from 0 to ' ~ (
            '999999999' if execute and is_own_source() else '2147483647'
        )) }}
{%- endmacro %}

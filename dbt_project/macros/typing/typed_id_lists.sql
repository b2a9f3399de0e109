{#-
    One row per line of a file with an id and a list of ids, typed; problem says why a line
    cannot be kept.
-#}
{% macro typed_id_lists(file, entity, id, item_entity, list, ids, example) -%}
-- depends_on: {{ ref('id_keys') }}
with source as (
    select
        *,
        {{ text_list(list) }} as items
    from {{ ref(file) }}
),

typed as (
    select
        line_content,
        line_number,
        file_path,
        field_count,
        expected_field_count,
        {{ id_key(entity, id) }} as {{ id }},
        {{ id_key_list(item_entity, 'items') }} as {{ ids }},
        {{ is_unreadable(list, 'items') }} as is_no_list
    from source
)

select
    {{ id }},
    {{ ids }},
    line_content,
    line_number,
    file_path,
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when {{ id }} is null or {{ id }} < 0 then {{ id_problem(id, entity) }}
        when
            is_no_list
            or {{ any_element(ids, 'id', 'coalesce(id, -1) < 0') }}
            then {{ problem(list, 'not a list of ' ~ example) }}
    end as problem
from typed
{%- endmacro %}

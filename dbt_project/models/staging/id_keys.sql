-- one row per id of users, videos ... that is not an integer; integers are their own keys
{{ config(
    meta={'rests_on': ['formats']},
    post_hook=[
        "{{ create_id_macros() if keeps_state() }}", "{{ align_result_ids() if keeps_state() }}"
    ]
) }}
-- depends_on: {{ ref('column_formats') }}
{%- set entities = [] %}
{%- for entity in ['user', 'video', 'author', 'tag', 'music', 'video tag']
        if execute and not ids_are_numbers(entity) %}
{%- do entities.append(entity) %}
{%- endfor %}

with ids as (
    {%- for name, columns in id_columns().items() %}
    {%- for column, entity in columns.items()
        if not execute or entity.rstrip('*') in entities %}
    select
        '{{ entity.rstrip('*') }}' as entity,
        {%- if entity.endswith('*') %}
        {{ each_of(text_list(column)) }} as id
        {%- else %}
        {{ column }} as id
        {%- endif %}
    from {{ ref(name) }}
    union all
    {%- endfor %}
    {%- endfor %}
    select
        null::string as entity,
        null::string as id
    where false
),

different as (
    select distinct
        entity,
        {{ id_text('id') }} as id
    from ids
)

select
    entity,
    (row_number() over (partition by entity order by id) - 1)::integer as key,
    id
from different
where id is not null
order by entity, id

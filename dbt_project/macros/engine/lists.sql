{#- Lists and records. What differs between engines is a macro here, named by what it means:
    `default__` is DuckDB's way, `spark__` Spark's. -#}

{#- A list of these expressions, in their order. -#}
{% macro list_of(items) -%}
    {{ return(adapter.dispatch('list_of')(items)) }}
{%- endmacro %}

{% macro default__list_of(items) -%} [{{ items | join(', ') }}] {%- endmacro %}

{% macro spark__list_of(items) -%} array({{ items | join(', ') }}) {%- endmacro %}


{#- A list without elements, of whole numbers or of texts (string). -#}
{% macro empty_list(data_type) -%}
    {{ return(adapter.dispatch('empty_list')(data_type)) }}
{%- endmacro %}

{% macro default__empty_list(data_type) -%} []::{{ data_type }}[] {%- endmacro %}

{% macro spark__empty_list(data_type) -%}
    cast(array() as array<{{ data_type }}>)
{%- endmacro %}


{#- Texts from outside as a list of text literals. -#}
{% macro texts_as_list(texts) -%}
    {%- set literals = [] -%}
    {%- for text in texts -%} {%- do literals.append(sql_text(text)) -%} {%- endfor -%}
    {{ return(list_of(literals) if literals else empty_list('string')) }}
{%- endmacro %}


{#- How many elements a list has; null of no list. -#}
{% macro length_of(list) -%}
    {{ return(adapter.dispatch('length_of')(list)) }}
{%- endmacro %}

{% macro default__length_of(list) -%} len({{ list }}) {%- endmacro %}

{% macro spark__length_of(list) -%} array_size({{ list }}) {%- endmacro %}


{#- An element by its place, from 1; null where the list is shorter. -#}
{% macro element(list, place) -%}
    {{ return(adapter.dispatch('element')(list, place)) }}
{%- endmacro %}

{% macro default__element(list, place) -%} {{ list }}[{{ place }}] {%- endmacro %}

{% macro spark__element(list, place) -%}
    try_element_at({{ list }}, {{ place }})
{%- endmacro %}


{#- The list of what an expression makes of each element, which it calls by `name`. -#}
{% macro list_map(list, name, expression) -%}
    {{ return(adapter.dispatch('list_map')(list, name, expression)) }}
{%- endmacro %}

{% macro default__list_map(list, name, expression) -%}
    list_transform({{ list }}, lambda {{ name }}: {{ expression }})
{%- endmacro %}

{% macro spark__list_map(list, name, expression) -%}
    transform({{ list }}, {{ name }} -> {{ expression }})
{%- endmacro %}


{#- Whether a condition holds of any element of a list, which it calls by `name`. -#}
{% macro any_element(list, name, condition) -%}
    {{ return(adapter.dispatch('any_element')(list, name, condition)) }}
{%- endmacro %}

{% macro default__any_element(list, name, condition) -%}
    len(list_filter({{ list }}, lambda {{ name }}: {{ condition }})) > 0
{%- endmacro %}

{% macro spark__any_element(list, name, condition) -%}
    exists({{ list }}, {{ name }} -> {{ condition }})
{%- endmacro %}


{#- The elements of a list of texts in one text. -#}
{% macro text_of_list(list, between) -%}
    {{ return(adapter.dispatch('text_of_list')(list, between)) }}
{%- endmacro %}

{% macro default__text_of_list(list, between) -%}
    array_to_string({{ list }}, {{ sql_text(between) }})
{%- endmacro %}

{% macro spark__text_of_list(list, between) -%}
    array_join({{ list }}, {{ sql_text(between) }})
{%- endmacro %}


{#- In a select list: a row for each element of a list. -#}
{% macro each_of(list) -%}
    {{ return(adapter.dispatch('each_of')(list)) }}
{%- endmacro %}

{% macro default__each_of(list) -%} unnest({{ list }}) {%- endmacro %}

{% macro spark__each_of(list) -%} explode({{ list }}) {%- endmacro %}


{#- The list of whole numbers from one to before another; none where that is not greater. -#}
{% macro whole_numbers(first, end) -%}
    {{ return(adapter.dispatch('whole_numbers')(first, end)) }}
{%- endmacro %}

{% macro default__whole_numbers(first, end) -%} range({{ first }}, {{ end }}) {%- endmacro %}

{% macro spark__whole_numbers(first, end) -%}
    filter(sequence({{ first }}, {{ end }}), number -> number < {{ end }})
{%- endmacro %}


{#- A record of named expressions. -#}
{% macro record_of(fields) -%}
    {{ return(adapter.dispatch('record_of')(fields)) }}
{%- endmacro %}

{% macro default__record_of(fields) -%}
    { {%- for name, value in fields.items() -%}
        '{{ name }}': {{ value }}{{ ', ' if not loop.last }}
    {%- endfor -%} }
{%- endmacro %}

{% macro spark__record_of(fields) -%}
    named_struct(
        {%- for name, value in fields.items() -%}
            '{{ name }}', {{ value }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}


{#- A whole row of a relation as one record. -#}
{% macro row_as_record(relation) -%}
    {{ return(adapter.dispatch('row_as_record')(relation)) }}
{%- endmacro %}

{% macro default__row_as_record(relation) -%} {{ relation }} {%- endmacro %}

{% macro spark__row_as_record(relation) -%} struct({{ relation }}.*) {%- endmacro %}

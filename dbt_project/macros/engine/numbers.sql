{#- Numbers; see lists.sql. -#}

{#- How often a whole number goes into another, without the rest. -#}
{% macro whole_quotient(number, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient')(number, divisor)) }}
{%- endmacro %}

{% macro default__whole_quotient(number, divisor) -%} {{ number }} // {{ divisor }} {%- endmacro %}

{% macro spark__whole_quotient(number, divisor) -%} {{ number }} div {{ divisor }} {%- endmacro %}


{#- The type of sums of whole numbers: wider than 64 bits, where the engine has that; else a sum
    beyond them stops the query. -#}
{% macro wide_integer() -%}
    {{ return(adapter.dispatch('wide_integer')()) }}
{%- endmacro %}

{% macro default__wide_integer() -%} hugeint {%- endmacro %}

{% macro spark__wide_integer() -%} bigint {%- endmacro %}


{#- The quotient of numbers of a file, of which the divisor may be 0: then infinite. -#}
{% macro file_quotient(number, divisor) -%}
    {{ return(adapter.dispatch('file_quotient')(number, divisor)) }}
{%- endmacro %}

{% macro default__file_quotient(number, divisor) -%} {{ number }} / {{ divisor }} {%- endmacro %}

{% macro spark__file_quotient(number, divisor) -%}
    case
        when {{ divisor }} != 0 then {{ number }} / {{ divisor }}
        when {{ number }} = 0 then 'nan'::double
        when {{ divisor }} = 0 then sign({{ number }}) * 'infinity'::double
    end
{%- endmacro %}


{#- The median of the known values in a window that is named in the query. -#}
{% macro median_over(value, window_name) -%}
    {{ return(adapter.dispatch('median_over')(value, window_name)) }}
{%- endmacro %}

{% macro default__median_over(value, window_name) -%}
    median({{ value }}) over {{ window_name }}
{%- endmacro %}

{% macro spark__median_over(value, window_name) -%}
    {%- set sorted = 'array_sort(collect_list(' ~ value ~ ') over ' ~ window_name ~ ')' -%}
    {%- set count = 'cast(array_size(' ~ sorted ~ ') as integer)' -%}
    case
        when {{ count }} > 0
            then (
                try_element_at({{ sorted }}, cast(({{ count }} + 1) div 2 as integer))
                + try_element_at({{ sorted }}, cast({{ count }} div 2 + 1 as integer))
            ) / 2
    end
{%- endmacro %}


{#- A query of a quantile of each group of a relation, between two values by their distance:
    `key` and quantile. Spark would keep all distinct values of a group in the memory of one task:
    there counts of rounded values tell first between which values it lies. -#}
{% macro quantile_of_each(relation, key, value, share) -%}
    {{ return(adapter.dispatch('quantile_of_each')(relation, key, value, share)) }}
{%- endmacro %}

{% macro default__quantile_of_each(relation, key, value, share) -%}
    select
        {{ key }},
        percentile_cont({{ share }}) within group (order by {{ value }}) as quantile
    from {{ relation }}
    group by {{ key }}
{%- endmacro %}

{% macro spark__quantile_of_each(relation, key, value, share) -%}
    with counts as (
        select
            {{ key }},
            round({{ value }}, 2) as rounded,
            count(*) as value_count
        from {{ relation }}
        where {{ value }} is not null
        group by all
    ),

    running as (
        select
            *,
            sum(value_count) over (partition by {{ key }} order by rounded) as through,
            {{ share }}::double * (sum(value_count) over (partition by {{ key }}) - 1) as place
        from counts
    ),

    near as (
        select * from running
        where through > floor(place) and through - value_count <= ceil(place)
    ),

    placed as (
        select /*+ broadcast(near) */
            near.{{ key }},
            near.place,
            relation.{{ value }} as value,
            near.through - near.value_count - 1 + row_number() over (
                partition by near.{{ key }}, near.rounded order by relation.{{ value }}
            ) as value_place
        from {{ relation }} as relation
        inner join near
            on
                relation.{{ key }} = near.{{ key }}
                and round(relation.{{ value }}, 2) = near.rounded
    )

    select
        {{ key }},
        sum(value * (1 - abs(place - value_place))) as quantile
    from placed
    where value_place in (floor(place), ceil(place))
    group by {{ key }}
{%- endmacro %}

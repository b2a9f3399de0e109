{#- numerator / denominator as a float, null where the denominator is 0: a rate without
    trials is unknown, not zero. -#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} / nullif({{ denominator }}, 0) as float)
{%- endmacro %}

{#- The reference system's ratio: 0 where the denominator is 0. -#}
{% macro ratio_or_zero(numerator, denominator) -%}
    coalesce({{ ratio(numerator, denominator) }}, 0)
{%- endmacro %}

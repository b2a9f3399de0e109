{#- numerator / denominator as a float, null where the denominator is 0: a rate without
    trials is unknown, not zero. -#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} / nullif({{ denominator }}, 0) as float)
{%- endmacro %}

{#- The reference system's ratio: 0 where the denominator is 0. -#}
{% macro ratio_or_zero(numerator, denominator) -%}
    cast(coalesce({{ ratio(numerator, denominator) }}, 0) as float)
{%- endmacro %}

{#- A count or a number of days, of which more than a smallint holds is as good as its most:
    32,767 days are 89 years. -#}
{% macro as_smallint(number) -%}
    cast(if({{ number }} > 32767, 32767, {{ number }}) as smallint)
{%- endmacro %}

{#- Log-spaced step of a video's length: steps are 5 % wide, so that a view is compared
    with views of videos of nearly its own length. -#}
{% macro duration_step(duration_ms) -%}
    cast(floor(ln(greatest({{ duration_ms }}, 1)) / ln(1.05)) as integer)
{%- endmacro %}

{#- Whether a row of long_view_thresholds is the one for a length. -#}
{% macro is_threshold_of(thresholds, duration_ms) -%}
    {{ duration_step(duration_ms) }} >= {{ thresholds }}.min_step
            and {{ duration_step(duration_ms) }} < {{ thresholds }}.end_step
{%- endmacro %}

{#- Coarse class of a video's length for habits: 0 is up to 5 s, then steps of 50 %,
    9 is from 130 s on. -#}
{% macro duration_class(duration_ms) -%}
    cast(
        least(greatest(floor(ln(greatest({{ duration_ms }}, 1) / 5000.0) / ln(1.5)) + 1, 0), 9)
        as tinyint
    )
{%- endmacro %}

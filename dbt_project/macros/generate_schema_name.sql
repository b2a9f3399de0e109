{#- Schemas are named exactly as the rooms: raw, staging, features, training. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{#- A value from outside as a SQL text literal: data never becomes code. -#}
{% macro sql_text(value) -%}
    {%- if value is none -%} null
    {%- else -%} '{{ with_backslashes(value | string) | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}


{#- A file path as a literal for DuckDB's readers, which would expand [, * and ?. -#}
{% macro file_literal(path) -%}
    {{ sql_text(path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]')) }}
{%- endmacro %}

{#- Comments of a table's columns. dbt-duckdb asks for the columns of each table first; here every
    described column is there, which tests/staging/test_documentation.py checks. -#}
{% macro duckdb__alter_column_comment(relation, column_dict) -%}
    {%- for name, column in column_dict.items() -%}
        comment on column {{ relation }}.{{ name }} is {{ sql_text(column['description']) }};
    {%- endfor -%}
{%- endmacro %}

{#-
    One row per line of a raw file: where it comes from, and all its fields as one struct, text,
    so that a typed column may have the name of its field.
-#}
{% macro lines_as_texts(file) -%}
    select
        raw_row.line_content,
        raw_row.line_number,
        raw_row.file_path,
        raw_row.field_count,
        raw_row.expected_field_count,
        {{ row_as_record('raw_row') }} as text
    from {{ ref(file) }} as raw_row
{%- endmacro %}

{#- The columns together name a row: no two rows agree in all of them. Of a table that is made
    from one whose key is tested, one in eight of `drawn_by` is enough. -#}
{% test unique_combination(model, columns, drawn_by=none) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    {%- if drawn_by %}
    where {{ drawn_by }} % 8 = (select min({{ drawn_by }}) % 8 from {{ model }})
    {%- endif %}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

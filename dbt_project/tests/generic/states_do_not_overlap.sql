{#- At most one state of a pair holds on a day, so that joining the states to an event never
    repeats it. -#}
{% test states_do_not_overlap(model, keys) %}
    select
        *,
        lead(valid_from) over (
            partition by {{ keys | join(', ') }}
            order by valid_from
        ) as next_from
    from {{ model }}
    qualify valid_to < valid_from or next_from <= valid_to
{% endtest %}

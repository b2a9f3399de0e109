{#-
    Rows of a query about the build, asked once in a run and kept in dbt's graph; with several
    threads once a node, since a node cannot know what others change.
-#}
{% macro asked_once(query) -%}
    {%- set kept = graph.setdefault(
        'asked' if target.threads == 1 else 'asked by ' ~ model.unique_id, {}
    ) -%}
    {%- if query not in kept -%}
        {%- do kept.update({query: run_query(query).rows}) -%}
    {%- endif -%}
    {{ return(kept[query]) }}
{%- endmacro %}


{#- Whoever changes what asked_once() reads calls this. -#}
{% macro forget_what_was_asked() -%}
    {%- do graph.pop('asked', none) -%}
    {%- do graph.pop('asked by ' ~ model.unique_id, none) -%}
{%- endmacro %}

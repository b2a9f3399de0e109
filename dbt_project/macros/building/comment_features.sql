{#- ranker_rows takes each feature over from the model where it is described: its comment in
    the database comes from there too. -#}
{% macro comment_features() -%}
    {%- for name in feature_models() if execute and keeps_state() and graph.get('nodes') -%}
        {%- for feature in features_of(model_node(name)) -%}
            comment on column {{ this }}.{{ feature.name }} is
            {{ sql_text(feature.description | trim) }};
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

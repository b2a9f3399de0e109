-- one row per feature: where it comes from, which feature sets use it; read from the YAML
{{ config(meta={'rests_on': []}) }}

with feature_catalog as (
    {% set features = [] %}
    {% if execute %}
    {% for name in ['ranker_rows'] + feature_models() %}
    {% for feature in features_of(model_node(name)) %}
    {% do features.append((
        feature, (model_node(name).schema ~ '.' ~ name)
    )) %}
    {% endfor %}
    {% endfor %}
    {% for source in graph.sources.values() if source.name == 'embedding_features' %}
    {% for feature in features_of(source) %}
    {% do features.append((feature, 'ml.embedding_features')) %}
    {% endfor %}
    {% endfor %}
    {% endif %}
    {% for feature, source_model in features %}
    select
        {{ text_literal(feature.name) }} as feature_name,
        {{ text_literal(feature.kind) }} as kind,
        {{ text_literal(feature.group) }} as feature_group,
        {{ text_literal(source_model) }} as source_model,
        cast({{ feature.sets }} as varchar[]) as feature_sets,
        {{ 'true' if feature.is_leaky else 'false' }} as is_leaky,
        {{ text_literal(feature.description) }} as description
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        '' as feature_name, '' as kind, '' as feature_group, '' as source_model,
        cast([] as varchar[]) as feature_sets, false as is_leaky, '' as description
    where false
    {% endfor %}
)

select * from feature_catalog

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
    select * from (
        values
        {% for feature, source_model in features %}
        (
            {{ text_literal(feature.name) }},
            {{ text_literal(feature.kind) }},
            {{ text_literal(feature.group) }},
            {{ text_literal(source_model) }},
            {{ texts_as_list(feature.sets) }},
            {{ 'true' if feature.is_leaky else 'false' }},
            {{ text_literal(feature.description) }}
        ){{ ',' if not loop.last }}
        {% else %}
        ('', '', '', '', {{ empty_list('string') }}, false, '')
        {% endfor %}
    ) as features (
        feature_name, kind, feature_group, source_model, feature_sets, is_leaky,
        description
    )
    where feature_name != ''
)

select * from feature_catalog

{#- The models that carry features. Add a new model here; a new column of one of
    these models needs only its YAML entry. With a feature set: those it needs. -#}
{% macro feature_models(feature_set=none) %}
    {% set models = [
        'user_profiles',
        'video_profiles',
        'user_history',
        'user_recent_history',
        'user_tag_history',
        'user_author_history',
        'user_duration_history',
        'user_hour_history',
        'video_history',
        'video_recent_history',
        'video_counter_history',
        'author_history',
        'tag_history',
        'category_history',
        'friend_video_history',
        'friend_author_history',
        'friend_tag_history',
        'video_day_features',
    ] %}
    {% if feature_set is none %}{% do return(models) %}{% endif %}
    {% set needed = [] %}
    {% for name in models %}
        {% set sets = features_of(model_node(name)) | map(attribute='sets') | sum(start=[]) %}
        {% if feature_set in sets %}{% do needed.append(name) %}{% endif %}
    {% endfor %}
    {% do return(needed) %}
{% endmacro %}


{#- The feature sets of the catalog, by name. -#}
{% macro feature_sets() %}
    {% set sets = [] %}
    {% for name in ['ranker_rows'] + feature_models() if execute %}
        {% for feature in features_of(model_node(name)) %}
            {% do sets.extend(feature.sets) %}
        {% endfor %}
    {% endfor %}
    {% do return(sets | unique | sort) %}
{% endmacro %}


{#- What the YAML of a model (or of a source) says of its features, in the order of its
    columns: a list of dicts with name, kind, group, sets, is_leaky, description. -#}
{% macro features_of(node) %}
    {% set model_meta = node.config.get('meta', {}) %}
    {% set features = [] %}
    {% for column in node.columns.values() %}
        {% set column_meta = column.get('config', {}).get('meta', {}) %}
        {% if 'feature' in column_meta %}
            {% do features.append({
                'name': column.name,
                'kind': column_meta['feature'],
                'group': column_meta.get('feature_group', model_meta.get('feature_group')),
                'sets': column_meta.get('feature_sets', model_meta.get('feature_sets', [])),
                'is_leaky': column_meta.get('is_leaky', model_meta.get('is_leaky', false)),
                'description': column.description,
            }) %}
        {% endif %}
    {% endfor %}
    {% do return(features) %}
{% endmacro %}


{#- The graph node of a model of this project. -#}
{% macro model_node(name) %}
    {% do return(graph.nodes['model.' ~ project_name ~ '.' ~ name]) %}
{% endmacro %}


{#- A SQL string literal. -#}
{% macro text_literal(text) -%}
    {{ sql_text((text | string).strip().replace("\n", " ")) }}
{%- endmacro %}

{#- Joins features of the catalog to rows of `moments`: who met which video when.

    moments: relation or CTE name with user_id, video_id, event_at, event_on, as_of_date,
    video_duration_ms, pair_watch_count. Features are joined by the `joins_on` of their
    model's YAML; models with `is_pair_history` hold states valid over a range of days.
    With a feature set, only the models that carry features of that set are joined: the
    engine does not drop a join that is not needed.
    A dbt unit test knows no models: it gets only the context of the event. -#}
{% macro ranker_features(moments, feature_set=none) %}
    {% set knows_models = execute and graph.get('nodes') %}
    {% set joined = feature_models(feature_set) if knows_models else [] %}
    {% set models_by_key = {} %}
    {% for name in joined %}
    {% do models_by_key.setdefault(model_node(name).config['meta']['joins_on'][0], []).append(name) %}
    {% endfor %}
    select {{ moved_once_by(models_by_key) }}
        {{ all_but(
            ['author_id', 'first_tag_id', 'first_level_category_id', 'duration_class',
             'event_hour'], 'described'
        ) }},
        {% for name in joined %}
        {% for feature in features_of(model_node(name)) %}
        cast({{ column_of(name, feature.name) }} as
            {{- ' float' if feature.kind == 'numerical' else ' integer' }}) as {{ feature.name }}
        {{- ',' if not loop.last }}
        {% endfor %}
        {{- ',' if not loop.last }}
        {% endfor %}
    from (
        select
            moments.*,
            profiles.author_id,
            profiles.first_tag_id,
            profiles.first_level_category_id,
            {{ duration_class('moments.video_duration_ms') }} as duration_class,
            cast(extract(hour from moments.event_at) as tinyint) as event_hour,
            -- context of the event itself, documented with ranker_rows
            cast(extract(hour from moments.event_at) as integer) as interaction_hour,
            cast({{ weekday_from_monday('moments.event_at') }} as integer)
                as interaction_day_of_week,
            cast({{ days_between('moments.event_on', "date '2020-01-01'") }} as float)
                as interaction_date,
            cast(moments.video_duration_ms as float) as video_duration,
            cast({{ days_between('moments.event_on', 'profiles.uploaded_on') }} as float)
                as video_age_days,
            cast({{ days_between('moments.as_of_date', 'profiles.uploaded_on') }} as float)
                as video_age_as_of_days
        from {{ moments }} as moments
        left join {{ ref('video_profiles') }} as profiles
            on moments.video_id = profiles.video_id
    ) as described
    {% do declare_feature_models() %}
    {#- the models of users last: they have most columns, which the other joins need not copy -#}
    {% for name in models_by_key.values() | list | reverse | sum(start=[]) %}
    {% set meta = model_node(name).config.get('meta', {}) %}
    {% set is_state = meta.get('is_pair_history') %}
    left join {{ join_partner(
            ref(name), name, meta['joins_on'] + (['valid_from', 'valid_to'] if is_state else []),
            features_of(model_node(name)) | map(attribute='name') | list
        ) }}
        on
            {% for key in meta['joins_on'] %}
            described.{{ key }} = {{ name }}.{{ key }}
            {{- ' and' if not loop.last }}
            {% endfor %}
            {% if is_state %}
            and described.as_of_date
            between {{ name }}.valid_from and {{ name }}.valid_to
            {% endif %}
    {% endfor %}
{% endmacro %}


{#- Creates the table macros training.ranker_features(moments), with every feature, and
    training.ranker_features_<set>(moments), which join what the feature set needs. They take
    the name of any table of moments: the rows of training.ranker_moments, or candidates
    as of the boundary. -#}
{% macro create_ranker_features_macros() %}
    {% do declare_feature_models() %}
    {% set schema = ref('ranker_moments').include(identifier=false) %}
    {% do ref('video_profiles') %}
    {% for feature_set in [none] + feature_sets() if execute and keeps_state() and flags.WHICH in ['run', 'build'] %}
    {% if all_are_built(feature_models(feature_set) + ['video_profiles']) %}
    create or replace macro
    {{ schema }}.ranker_features{{ '_' ~ feature_set if feature_set }}(moments) as table
    with moments as (
        from query_table(moments)
    )
    {{ ranker_features('moments', feature_set) }};
    {% endif %}
    {% endfor %}
{% endmacro %}


{#- dbt must see every model that may be joined before it knows the graph. -#}
{% macro declare_feature_models() %}
    {% for name in feature_models() %}{% do ref(name) %}{% endfor %}
{% endmacro %}


{#- whether every model named is a table or view of the database by now -#}
{% macro all_are_built(model_names) %}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.name in model_names -%}
        {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
        {%- if relation is none -%}{{ return(false) }}{%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}

{#- Joins every feature of the catalog to rows of `moments`: who met which video when.

    moments: relation or CTE name with user_id, video_id, event_at, event_on, as_of_date,
    video_duration_ms, pair_watch_count. Features are joined by the `joins_on` of their
    model's YAML; models with `is_pair_history` hold states valid over a range of days.
    A dbt unit test knows no models: it gets the context of the event alone. -#}
{% macro ranker_features(moments) %}
    {% set knows_models = execute and graph.get('nodes') %}
    select
        described.* exclude (
            author_id, first_tag_id, first_level_category_id, duration_class, event_hour
        ),
        {% for name in feature_models() if knows_models %}
        {% for feature in features_of(model_node(name)) %}
        cast({{ name }}.{{ feature.name }} as
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
            cast(extract('hour' from moments.event_at) as tinyint) as event_hour,
            -- context of the event itself, documented with ranker_rows
            cast(extract('hour' from moments.event_at) as integer) as interaction_hour,
            cast(extract('isodow' from moments.event_at) - 1 as integer)
                as interaction_day_of_week,
            cast(moments.event_on - date '2020-01-01' as float) as interaction_date,
            cast(moments.video_duration_ms as float) as video_duration,
            cast(moments.event_on - profiles.uploaded_on as float) as video_age_days,
            cast(moments.as_of_date - profiles.uploaded_on as float) as video_age_as_of_days
        from {{ moments }} as moments
        left join {{ ref('video_profiles') }} as profiles
            on moments.video_id = profiles.video_id
    ) as described
    {% for name in feature_models() %}
    {% set relation = ref(name) %}
    {% if knows_models %}
    {% set meta = model_node(name).config.get('meta', {}) %}
    left join {{ relation }} as {{ name }}
        on
            {% for key in meta['joins_on'] %}
            described.{{ key }} = {{ name }}.{{ key }}
            {{- ' and' if not loop.last }}
            {% endfor %}
            {% if meta.get('is_pair_history') %}
            and described.as_of_date
            between {{ name }}.valid_from and {{ name }}.valid_to
            {% endif %}
    {% endif %}
    {% endfor %}
{% endmacro %}


{#- Creates the table macro training.ranker_features(pairs): the same features for any table
    of pairs, e.g. candidates as of the boundary. Pairs need user_id, video_id, event_at,
    as_of_date and video_duration_ms. -#}
{% macro create_ranker_features_macro() %}
    {% set confidences = ref('als_confidences') %}
    {% set features = ranker_features('moments') %}
    {% set needed = feature_models() + ['als_confidences', 'video_profiles'] %}
    {% if execute and flags.WHICH in ['run', 'build'] and all_are_built(needed) %}
    create or replace macro
    {{ confidences.include(identifier=false) }}.ranker_features(pairs) as table
    with moments as (
        select
            pairs.user_id,
            pairs.video_id,
            pairs.event_at,
            cast(pairs.event_at as date) as event_on,
            pairs.as_of_date,
            pairs.video_duration_ms,
            cast(coalesce(watched.watch_count, 0) as float) as pair_watch_count
        from query_table(pairs) as pairs
        left join {{ confidences }} as watched
            on pairs.user_id = watched.user_id and pairs.video_id = watched.video_id
    )
    {{ features }}
    {% endif %}
{% endmacro %}

{#- Questions that the database file answers by itself, made at the end of dbt run.
    Those about results of training are made by training: reelrank/publication/macros.sql. -#}

{% macro create_asking_macros() %}
    {%- if execute and flags.WHICH in ['run', 'build'] -%}
        {%- for create_statement, needs in [
            (create_videos_view(), ['stg_video_tags', 'stg_video_captions', 'video_profiles']),
            (create_user_profile(), ['interactions', 'stg_users', 'stg_friendships']),
            (create_video_profile(), ['interactions', 'stg_video_days']),
            (create_data_quality(), ['load_report', 'rejected_rows', 'data_source', 'log_findings']),
        ] -%}
            {%- if all_are_built(needs + ['video_profiles', 'stg_video_tags']) -%}
                {%- do run_query(create_statement) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
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

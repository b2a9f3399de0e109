{#- Until a model is trained, the questions about results say what to run. Training puts the
    real tables and macros in their places: reelrank/publication. -#}
{% macro create_answers_before_training() %}
    {%- set said = "error('Nothing is trained yet. Run: python models_py/train.py') as message" -%}
    {%- set questions = [
        'recommend(user_id, k := 10)',
        'candidates(user_id, k := 20)',
        'similar_videos(video_id, k := 10)',
        'similar_users(user_id, k := 10)',
        'explain(user_id, video_id)',
        'leaderboard(k := 10)',
        'compare_runs(a, b, k := 10)',
    ] -%}
    {%- if execute and flags.WHICH in ['run', 'build'] and not has_results() -%}
        create schema if not exists ml;
        create or replace view ml.metrics as select {{ said }};
        {%- for question in questions %}
        create or replace macro main.{{ question }} as table select {{ said }};
        {%- endfor %}
    {%- endif -%}
{% endmacro %}


{% macro has_results() -%}
    {%- set found = run_query(
        "select 1 from duckdb_tables() where schema_name = 'ml' and table_name = 'runs'"
        ~ " and database_name = current_database()"
    ) -%}
    {{ return(found.rows | length > 0) }}
{%- endmacro %}

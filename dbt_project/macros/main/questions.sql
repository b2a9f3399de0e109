{#- The run that questions are about; until there is one, they say what to do. -#}
{% macro latest_run_id() -%}
    (
        select
            coalesce(
                max(latest.run_id),
                error('Nothing is trained yet. Run: python models_py/train.py')
            )
        from {{ source('ml', 'latest_run') }} as latest
    )
{%- endmacro %}


{#- A feature's value as a person reads it: whole numbers and words as they are. -#}
{% macro readable(feature_value) -%}
    case
        when
            {{ feature_value }} like '%.%'
            and try_cast({{ feature_value }} as double) is not null
            then format('{:.3g}', try_cast({{ feature_value }} as double))
        else {{ feature_value }}
    end
{%- endmacro %}


{#- What duckdb_functions() shows of a question: its description and how to ask it. -#}
{% macro comment_on_question() -%}
    {%- set parameters = model.config.get('parameters') or [] -%}
    {%- set call = model.name ~ '(' ~ parameters | join(', ') ~ ')' -%}
    comment on macro table {{ this.include(database=false) }} is
    {{ sql_text(model.description | trim ~ ' ' ~ call) }}
{%- endmacro %}

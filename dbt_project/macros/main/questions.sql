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


{#- How often, how far and how many for long: the columns of a profile about some views. -#}
{% macro how_watched() -%}
    count(*) as views,
        avg(ratio) as mean_watch_ratio,
        avg(is_long_view::integer) as long_view_share
{%- endmacro %}


{#- The end of a profile: the facts of its sections, one after the other. -#}
{% macro profile_of(sections) -%}
facts as (
    {%- for section in sections %}
    select * from {{ section }}
    {{ 'union all by name' if not loop.last }}
    {%- endfor %}
)

select
    f.section,
    f.item,
    f.views,
    round(f.mean_watch_ratio, 3) as mean_watch_ratio,
    round(f.long_view_share, 3) as long_view_share,
    f.note
from facts as f
where f.note is not null or f.views is not null
order by f.section_order, f.position
{%- endmacro %}


{#- The k users or videos whose ALS vectors point most nearly in the direction of the asked one. -#}
{% macro nearest(entity) -%}
    select
        other.{{ entity }}_id,
        array_cosine_similarity(other.factors, this.factors) as cosine
    from {{ source('ml', entity ~ '_factors') }} as this
    inner join {{ source('ml', entity ~ '_factors') }} as other
        on this.run_id = other.run_id and this.{{ entity }}_id <> other.{{ entity }}_id
    where
        this.run_id = {{ latest_run_id() }}
        and this.{{ entity }}_id = main.as_{{ entity }}_id({{ entity }}_id)
    order by cosine desc, other.{{ entity }}_id asc
    limit k
{%- endmacro %}

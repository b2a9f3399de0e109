{#-
    The CTE merged_steps: neighbouring steps of length are merged from the shortest up until a
    bucket has enough views. A row per step, with its bucket and the views of that so far.

    steps    CTE with step_number from 1, duration_step, view_count
    needed   CTE of one row: min_views, the views that are enough
-#}
{% macro merged_steps(steps, needed) -%}
    {{ return(adapter.dispatch('merged_steps')(steps, needed)) }}
{%- endmacro %}

{% macro default__merged_steps(steps, needed) -%}
merged_steps as (
    select
        step_number,
        duration_step,
        view_count as bucket_views,
        1 as bucket_number
    from {{ steps }} as steps
    where step_number = 1

    union all

    select
        steps.step_number,
        steps.duration_step,
        case
            when merged_steps.bucket_views >= needed.min_views then steps.view_count
            else merged_steps.bucket_views + steps.view_count
        end as bucket_views,
        case
            when merged_steps.bucket_views >= needed.min_views
                then merged_steps.bucket_number + 1
            else merged_steps.bucket_number
        end as bucket_number
    from merged_steps
    inner join {{ steps }} as steps on merged_steps.step_number + 1 = steps.step_number
    cross join {{ needed }} as needed
)
{%- endmacro %}

{#- Spark would read the log again for each step of a recursion. -#}
{% macro spark__merged_steps(steps, needed) -%}
merged_steps as (
    select inline(
        aggregate(
            in_order,
            cast(array() as array<struct<
                step_number: int, duration_step: int, bucket_views: bigint, bucket_number: int
            >>),
            (merged, step) -> concat(
                merged,
                array(named_struct(
                    'step_number', step.step_number,
                    'duration_step', step.duration_step,
                    'bucket_views', if(
                        try_element_at(merged, -1).bucket_views < min_views,
                        try_element_at(merged, -1).bucket_views + step.view_count,
                        step.view_count
                    ),
                    'bucket_number', case
                        when array_size(merged) = 0 then 1
                        when try_element_at(merged, -1).bucket_views < min_views
                            then try_element_at(merged, -1).bucket_number
                        else try_element_at(merged, -1).bucket_number + 1
                    end
                ))
            )
        )
    )
    from (
        select
            array_sort(
                collect_list(struct(step_number, duration_step, view_count))
            ) as in_order,
            any_value(min_views) as min_views
        from {{ steps }}
        cross join {{ needed }}
    )
)
{%- endmacro %}

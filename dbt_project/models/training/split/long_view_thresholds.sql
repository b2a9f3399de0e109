-- one row per duration bucket; what counts as a long view there, fitted on train only,
-- when the boundary is set
{% if split_is_kept() %}
select * from {{ this_before() }}
-- depends_on: {{ ref('split_boundary') }}
-- depends_on: {{ ref('stg_interactions') }}
{% else %}
with recursive

train as (
    select
        {{ duration_step('interactions.video_duration_ms') }} as duration_step,
        interactions.watch_ratio
    from {{ ref('stg_interactions') }} as interactions
    cross join {{ ref('split_boundary') }} as boundary
    where {{ is_before_boundary('interactions', 'boundary') }}
),

steps as (
    select
        duration_step,
        count(*) as view_count,
        row_number() over (order by duration_step) as step_number
    from train
    group by duration_step
),

-- enough views for a steady percentile: 10,000, fewer on logs of under 9 million views
needed as (
    select
        least(
            {{ var('long_view_min_views') }},
            greatest({{ whole_quotient('sum(view_count)', 900) }}, 100)
        ) as min_views
    from steps
),

-- neighbouring steps are merged from the shortest up until a bucket has enough views
{{ merged_steps('steps', 'needed') }},

-- a last bucket that stayed too small joins the one before it
last_full_bucket as (
    select
        coalesce(
            max(merged_steps.bucket_number) filter (
                where merged_steps.bucket_views >= needed.min_views
            ),
            1
        ) as bucket_number
    from merged_steps
    cross join needed
),

step_buckets as (
    select
        merged_steps.duration_step,
        least(merged_steps.bucket_number, last_full_bucket.bucket_number)
            as duration_bucket
    from merged_steps
    cross join last_full_bucket
),

buckets as (
    select
        step_buckets.duration_bucket,
        min(steps.duration_step) as first_step,
        cast(sum(steps.view_count) as bigint) as view_count
    from steps
    inner join step_buckets using (duration_step)
    group by all
),

bucket_views as (
    select
        step_buckets.duration_bucket,
        train.watch_ratio
    from train
    inner join step_buckets using (duration_step)
),

quantiles as (
    {{ quantile_of_each(
        'bucket_views', 'duration_bucket', 'watch_ratio', var('long_view_quantile')
    ) }}
),

-- buckets meet without gaps, the outer ones are open: every length has a threshold
bounded_buckets as (
    select
        duration_bucket,
        case when duration_bucket = 1 then 0 else buckets.first_step end as min_step,
        coalesce(lead(buckets.first_step) over (order by duration_bucket), 501)
            as end_step,
        buckets.view_count,
        {% if var('capped_play') -%}
        -- of players that report at most the length: whoever reached the end is above it
        least(quantiles.quantile, 0.999)
        {%- else -%}
        quantiles.quantile
        {%- endif %} as watch_ratio_threshold
    from buckets
    inner join quantiles using (duration_bucket)
)

select
    cast(duration_bucket as smallint) as duration_bucket,
    cast(min_step as integer) as min_step,
    cast(end_step as integer) as end_step,
    pow(1.05, min_step) as min_duration_ms,
    pow(1.05, end_step) as max_duration_ms,
    view_count,
    watch_ratio_threshold
from bounded_buckets
{% endif %}

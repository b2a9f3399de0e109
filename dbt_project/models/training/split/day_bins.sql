-- one row per (event_on, duration_bucket, ratio_bin): how many events of the day are so
-- long and watched so far, by which days are compared
{{ config(materialized='incremental', unique_key='event_on') }}

with interactions as (
    select
        event_on,
        duration_bucket,
        -- the same bins for every log
        {%- for edge in [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.5, 2, 3] %}
        {{ '+ ' if not loop.first -}} cast(watch_ratio > {{ edge }} as bigint)
        {%- endfor %}
            as ratio_bin,
        split
    from {{ ref('interactions') }}
    where {{ is_built('event_on') }}
)

select
    event_on,
    duration_bucket,
    ratio_bin,
    count(*) as event_count,
    count(*) filter (where split = 'train') as train_count
from interactions
group by all

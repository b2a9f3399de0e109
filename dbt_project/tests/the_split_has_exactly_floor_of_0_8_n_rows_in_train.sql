-- Counted on the labelled events, against the events of staging.
with counts as (
    select
        (select count(*) from {{ ref('stg_interactions') }}) as event_count,
        (select count(*) from {{ ref('interactions') }}) as labelled_count,
        (
            select count(*) from {{ ref('interactions') }}
            where split = 'train'
        ) as train_count
)

select * from counts
where
    labelled_count != event_count
    or train_count != event_count * {{ var('train_percent') }} // 100

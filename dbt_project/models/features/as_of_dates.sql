-- one row per as_of_date: every day of an event, and the boundary

with as_of_dates as (
    select event_on as as_of_date from {{ ref('user_days') }}
    union distinct
    select boundary_on as as_of_date from {{ ref('split_boundary') }}
)

select * from as_of_dates

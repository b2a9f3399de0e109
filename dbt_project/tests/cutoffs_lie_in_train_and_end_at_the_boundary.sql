-- Cut-offs follow each other in time, each has events before it and is judged up to the
-- next; the boundary is the last and the only one without labels in train.
with cutoffs as (
    select * from {{ ref('cutoffs') }}
),

boundary as (
    select * from {{ ref('split_boundary') }}
),

in_time as (
    select
        cutoffs.*,
        lead(cutoffs.cutoff_unix_ms) over (order by cutoffs.cutoff) as next_unix_ms,
        max(cutoffs.cutoff) over () as last_cutoff,
        boundary.boundary_unix_ms,
        (
            select min(log.event_unix_ms)
            from {{ ref('interactions') }} as log
            where log.split = 'train'
        ) as first_event_unix_ms
    from cutoffs
    cross join boundary
)

select * from in_time
where
    labels_until_unix_ms is distinct from next_unix_ms
    or cutoff_unix_ms >= next_unix_ms
    or is_boundary != (cutoff = last_cutoff)
    or (is_boundary and cutoff_unix_ms != boundary_unix_ms)
    or (not is_boundary and cutoff_unix_ms <= first_event_unix_ms)
    or as_of_date != cast(cutoff_at as date)

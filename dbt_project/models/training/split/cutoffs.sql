-- one row per as-of instant at which lists are made: the boundary, and earlier instants
-- of train from which the second stage learns
{{ config(
    meta={'rests_on': ['train']},
    pre_hook="{{ note_before('as_of_date') }}",
    post_hook="{{ build_days_of_changed_cutoffs() }}"
) }}

{%- set running_minutes %}
    select
        *,
        sum(event_count) over (order by unix_minute) as events_through,
        events_through - event_count as events_before,
        sum(event_count) over () as train_count
    from (
        select
            {{ whole_quotient('event_unix_ms', 60000) }} as unix_minute,
            min(event_unix_ms) as first_unix_ms,
            min(event_at) as first_at,
            count(*) as event_count
        from {{ ref('interactions') }}
        where split = 'train'
        group by all
    )
{%- endset %}

with {{ computed_once('running_minutes', running_minutes) }},

boundary as (
    select * from {{ ref('split_boundary') }}
),

-- train in 32 slices of about as many events each
slices as (
    select
        {{ whole_quotient('events_before * 32', 'train_count') }} as slice,
        max(events_through) as events_through,
        max(unix_minute) as last_minute,
        any_value(train_count) as train_count
    from running_minutes
    group by all
),

lasting_slices as (
    select
        *,
        last_minute - lag(last_minute) over (order by slice) as length_minutes
    from slices
),

-- a slice that takes much longer than most spans a gap in the log
typical_slice as (
    select greatest(median(length_minutes), 1) as length_minutes from lasting_slices
),

-- what was before a gap is another time: the window begins after the last one, and at
-- half of train at the earliest
collection_window as (
    select
        max(slices.train_count) as train_count,
        greatest(
            {{ whole_quotient('max(slices.train_count)', 2) }},
            max(slices.events_through) filter (
                where slices.length_minutes > 8 * typical_slice.length_minutes
            )
        ) as events_before
    from lasting_slices as slices
    cross join typical_slice
),

-- four instants that split the events of the window into fifths
marks as (
    select
        fifths.fifth,
        collection_window.events_before
        + {{ whole_quotient(
            'fifths.fifth * (collection_window.train_count - collection_window.events_before)', 5
        ) }} as events_before
    from collection_window
    cross join (values (1), (2), (3), (4)) as fifths (fifth) -- noqa: AL05
),

marked as (
    select
        marks.fifth,
        running_minutes.first_unix_ms,
        running_minutes.first_at,
        collection_window.events_before as window_events_before
    from marks
    cross join collection_window
    inner join running_minutes
        on
            marks.events_before >= running_minutes.events_before
            and marks.events_before < running_minutes.events_through
),

days as (
    select
        cast(first_at as date) as event_on,
        min(events_before) as events_before
    from running_minutes
    group by all
),

midnights as (
    select
        cast(days.event_on as timestamp) as cutoff_at,
        min(
            marked.first_unix_ms
            - {{ utc_unix_ms('marked.first_at') }}
            + {{ utc_unix_ms("date_trunc('day', marked.first_at)") }}
        ) as cutoff_unix_ms,
        count(*) over () as midnight_count
    from marked
    inner join days
        on
            cast(marked.first_at as date) = days.event_on
            and marked.window_events_before <= days.events_before
    group by days.event_on
),

-- the moments themselves where the window has fewer than two midnights
instants as (
    select
        cutoff_unix_ms,
        cutoff_at
    from midnights
    where midnight_count >= 2

    union distinct

    select
        first_unix_ms as cutoff_unix_ms,
        first_at as cutoff_at
    from marked
    where (select count(*) from midnights) < 2
),

usable_instants as (
    select
        instants.*,
        false as is_boundary
    from instants
    cross join boundary
    where
        instants.cutoff_unix_ms < boundary.boundary_unix_ms
        and instants.cutoff_unix_ms
        > (select min(running_minutes.first_unix_ms) from running_minutes)

    union all

    select
        boundary_unix_ms as cutoff_unix_ms,
        boundary_at as cutoff_at,
        true as is_boundary
    from boundary
),

cutoffs as (
    select
        cast(row_number() over in_time - 1 as smallint) as cutoff,
        cutoff_at,
        cutoff_unix_ms,
        cast(cutoff_at as date) as as_of_date,
        lead(cutoff_unix_ms) over in_time as labels_until_unix_ms,
        is_boundary
    from usable_instants
    window in_time as (order by cutoff_unix_ms, is_boundary)
)

select * from cutoffs

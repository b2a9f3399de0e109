{#-
    The clock that a value seems to be of, by its digits: Unix seconds are below 1e11 (the
    year 5138), milliseconds below 1e14, microseconds below 1e17. 20231114, 202311142224 and
    20231114222453 are a day, a minute and a second of the calendar; 45244.934 may be a day of
    a spreadsheet. 0 is a broken clock in any unit.
-#}
{% macro clock_form(column) -%}
    case
        when {{ is_blank(column) }} then null
        when regexp_full_match({{ column }}, '\s*(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])'
            || '(([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9]([0-9]{3})?)?)?\s*')
            then 'digits of the calendar'
        when try_cast({{ column }} as double) is not null
            then case
                when try_cast({{ column }} as double) = 0 then 'unreadable'
                when try_cast({{ column }} as double) between 25569 and 73050
                    then 'seconds or days since 1900'
                when abs(try_cast({{ column }} as double)) < 1e11 then 'seconds'
                when abs(try_cast({{ column }} as double)) < 1e14 then 'milliseconds'
                when abs(try_cast({{ column }} as double)) < 1e17 then 'microseconds'
                else 'nanoseconds'
            end
        when regexp_matches({{ column }}, '^\s*[0-9]{4}[-/.]?[0-9]{1,2}[-/.]?[0-9]{1,2}') then 'iso'
        when regexp_matches({{ column }}, '^\s*(1[3-9]|2[0-9]|3[01])[./-][0-9]{1,2}[./-]([0-9]{2}){1,2}\b')
            then 'day first'
        when regexp_matches({{ column }}, '^\s*[0-9]{1,2}[./-](1[3-9]|2[0-9]|3[01])[./-]([0-9]{2}){1,2}\b')
            then 'month first'
        when regexp_matches({{ column }}, '^\s*[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{2}){1,2}\b')
            then 'day or month first'
        when regexp_matches({{ column }}, '(?i)\b{{ month_names() }}\b') then 'month by name'
        else 'unreadable'
    end
{%- endmacro %}


{#- A clock that only the whole file tells, and how its values are read. -#}
{% macro clocks_of_a_file() -%}
    {{ return({
        'day first': 'day or month first', 'month first': 'day or month first',
        'seconds': 'seconds or days since 1900', 'days since 1900': 'seconds or days since 1900',
    }) }}
{%- endmacro %}


{#-
    The clock of a file, of counts by clock_form(): its one clock, where at most one value in
    a thousand is of another, else mixed: each value is then read by its own digits. A single
    13/02/2020 decides that all of 01/02/2020 begin with the day; days of a spreadsheet are
    alone.
-#}
{% macro clock_of_counts(counts) -%}
    with forms as (
        select
            *,
            sum(value_count) filter (where form = 'seconds') over ()
            > 0.001 * sum(value_count) over () as has_seconds
        from {{ counts }}
        where form is not null and form != 'unreadable'
    ),

    counted as (
        select
            case
                when form like '% first' then 'calendar'
                when form != 'seconds or days since 1900' then form
                when has_seconds then 'seconds'
                else 'days since 1900'
            end as clock,
            sum(value_count) as value_count,
            count(*) filter (where form = 'day first') > 0 as has_day_first,
            count(*) filter (where form = 'month first') > 0 as has_month_first
        from forms
        group by clock
    )

    select
        case
            when count(*) = 0 then 'unknown'
            when max(value_count) < 0.999 * sum(value_count) then 'mixed'
            when arg_max(clock, value_count) != 'calendar' then arg_max(clock, value_count)
            when bool_or(has_day_first) and not bool_or(has_month_first) then 'day first'
            when bool_or(has_month_first) and not bool_or(has_day_first) then 'month first'
            else 'day or month first'
        end as format
    from counted
{%- endmacro %}


{#-
    The first and the last day of a log that its clocks can be right about, of days and their
    counts. Stretches of days are apart where more than a year has no event. One that holds
    less than a quarter of the events, and is further from the fullest one than half of that
    one's length, is of broken clocks.
-#}
{% macro days_of_right_clocks(days) -%}
    with marked as (
        select
            *,
            coalesce(unix_day - lag(unix_day) over (order by unix_day) > 365, true)
                as begins_stretch
        from {{ days }}
    ),

    numbered as (
        select
            *,
            count_if(begins_stretch) over (
                order by unix_day rows unbounded preceding
            ) as stretch
        from marked
    ),

    stretches as (
        select
            min(unix_day) as first_day,
            max(unix_day) as last_day,
            sum(event_count) as event_count
        from numbered
        group by stretch
    ),

    fullest as (
        select * from stretches
        order by event_count desc, first_day desc
        limit 1
    )

    select
        min(stretches.first_day) as first_day,
        max(stretches.last_day) as last_day
    from stretches
    cross join fullest
    where
        stretches.event_count >= (select sum(event_count) from stretches) / 4
        or greatest(
            fullest.first_day - stretches.last_day, stretches.first_day - fullest.last_day
        ) <= greatest(365, (fullest.last_day - fullest.first_day) / 2)
{%- endmacro %}

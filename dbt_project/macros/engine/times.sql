{#- Days and instants; see lists.sql. A timestamp is a wall clock, without a zone. -#}

{#- Unix milliseconds as the wall clock of UTC, and the reverse. -#}
{% macro utc_timestamp(unix_ms) -%}
    {{ return(adapter.dispatch('utc_timestamp')(unix_ms)) }}
{%- endmacro %}

{% macro default__utc_timestamp(unix_ms) -%} make_timestamp_ms({{ unix_ms }}) {%- endmacro %}

{% macro spark__utc_timestamp(unix_ms) -%}
    cast(timestamp_millis({{ unix_ms }}) as timestamp_ntz)
{%- endmacro %}


{% macro utc_unix_ms(timestamp) -%}
    {{ return(adapter.dispatch('utc_unix_ms')(timestamp)) }}
{%- endmacro %}

{% macro default__utc_unix_ms(timestamp) -%} epoch_ms({{ timestamp }}) {%- endmacro %}

{% macro spark__utc_unix_ms(timestamp) -%}
    unix_millis(cast({{ timestamp }} as timestamp_ltz))
{%- endmacro %}


{#- Unix milliseconds as the wall clock of a time zone, by its calendar. -#}
{% macro zone_timestamp(unix_ms, zone) -%}
    {{ return(adapter.dispatch('zone_timestamp')(unix_ms, zone)) }}
{%- endmacro %}

{% macro default__zone_timestamp(unix_ms, zone) -%}
    timezone({{ sql_text(zone) }}, make_timestamp_ms({{ unix_ms }}) at time zone 'UTC')
{%- endmacro %}

{% macro spark__zone_timestamp(unix_ms, zone) -%}
    convert_timezone(
        'UTC', {{ sql_text(zone) }}, cast(timestamp_millis({{ unix_ms }}) as timestamp_ntz)
    )
{%- endmacro %}


{#- All days from that of one instant to that of another, as UTC timestamps: a query. -#}
{% macro utc_days(first_unix_ms, last_unix_ms) -%}
    {{ return(adapter.dispatch('utc_days')(first_unix_ms, last_unix_ms)) }}
{%- endmacro %}

{% macro default__utc_days(first_unix_ms, last_unix_ms) -%}
    select unnest(generate_series(
        make_timestamp_ms({{ first_unix_ms }}),
        make_timestamp_ms({{ last_unix_ms }}), interval 1 day
    )) as utc_at
{%- endmacro %}

{% macro spark__utc_days(first_unix_ms, last_unix_ms) -%}
    select explode(sequence(
        {{ spark__utc_timestamp(first_unix_ms) }},
        {{ spark__utc_timestamp(last_unix_ms) }}, interval 1 day
    )) as utc_at
{%- endmacro %}


{#- How many days one day is after another. -#}
{% macro days_between(day, earlier) -%}
    {{ return(adapter.dispatch('days_between')(day, earlier)) }}
{%- endmacro %}

{% macro default__days_between(day, earlier) -%} {{ day }} - {{ earlier }} {%- endmacro %}

{% macro spark__days_between(day, earlier) -%}
    datediff({{ day }}, {{ earlier }})
{%- endmacro %}


{#- The day of the week, 0 for Monday. -#}
{% macro weekday_from_monday(timestamp) -%}
    {{ return(adapter.dispatch('weekday_from_monday')(timestamp)) }}
{%- endmacro %}

{% macro default__weekday_from_monday(timestamp) -%}
    extract('isodow' from {{ timestamp }}) - 1
{%- endmacro %}

{% macro spark__weekday_from_monday(timestamp) -%} weekday({{ timestamp }}) {%- endmacro %}


{#- A text of eight digits as the day it names, else null. -#}
{% macro day_of_digits(text) -%}
    {{ return(adapter.dispatch('day_of_digits')(text)) }}
{%- endmacro %}

{% macro default__day_of_digits(text) -%} try_strptime({{ text }}, '%Y%m%d')::date {%- endmacro %}

{% macro spark__day_of_digits(text) -%}
    try_to_timestamp({{ text }}, 'yyyyMMdd')::date
{%- endmacro %}

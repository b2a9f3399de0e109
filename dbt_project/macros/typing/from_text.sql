{#- Text to values, exactly: what is not such a value becomes null, nothing is guessed. -#}

{#-
    A whole number. 20200705.0 is one; 20200705.5 is not, nor what a cast would take for one:
    57e-1 (6 to the cast), 0x1F, 1_000. Digits that read back as they stand need no pattern.
-#}
{% macro whole_number(column, data_type='integer') -%}
    case
        when try_cast({{ column }} as {{ data_type }})::string = {{ column }}
            then try_cast({{ column }} as {{ data_type }})
        else try_cast(
            regexp_extract(
                {{ column }}, {{ pattern('^\\s*([-+]?[0-9]+)(?:\\.0*)?\\s*$') }}, 1
            ) as {{ data_type }}
        )
    end
{%- endmacro %}


{#- A number with a fraction; 1_000.5, which a cast would take, is none. -#}
{% macro number(column, data_type='double') -%}
    case
        when not contains({{ column }}, '_') then try_cast({{ column }} as {{ data_type }})
    end
{%- endmacro %}


{#- A duration in ms, of the unit that it is written in. Whole milliseconds are taken as they
    are; else they are rounded to whole ones, and 3.2 s is 3.2. -#}
{% macro duration_ms(column, unit) -%}
    {%- set factors = {
        'microseconds': 0.001, 'milliseconds': 1, 'seconds': 1000, 'minutes': 60000,
    } -%}
    {%- set without_unit = "regexp_replace(" ~ column ~ ", '(?i)\\s*(ms|s|secs?|seconds?)\\s*$', '')" -%}
    {%- if unit == 'whole milliseconds' -%}
        {{ whole_number(column) }}
    {%- elif unit == 'h:m:s' -%}
        case
            when {{ has_colons(column) }}
                then try_cast(round(1000 * list_reduce(
                    list_transform(
                        string_split(regexp_replace(trim({{ column }}), '^0 days? ', ''), ':'),
                        lambda part: try_cast(part as double)
                    ),
                    lambda total, part: 60 * total + part
                )) as integer)
            when {{ is_iso_duration(column) }}
                then try_cast(round(1000 * (
                    {%- for letter, seconds in [('H', 3600), ('M', 60), ('S', 1)] %}
                    {{ '+' if not loop.first }} {{ seconds }} * coalesce(try_cast(
                        regexp_extract({{ column }}, '([0-9.]+){{ letter }}', 1) as double
                    ), 0)
                    {%- endfor %}
                )) as integer)
        end
    {%- else -%}
        try_cast(round({{ number(without_unit) }} * {{ factors[unit] }}) as integer)
    {%- endif -%}
{%- endmacro %}


{#- 1:23, 0:01:23, 00:01:23.5, or 0 days 00:01:23 of pandas. -#}
{% macro has_colons(column) -%}
    regexp_full_match(
        {{ column }}, '\s*(0 days? )?([0-9]+:)?[0-9]{1,2}:[0-9]{2}([.][0-9]+)?\s*'
    )
{%- endmacro %}


{#- PT1M23.5S of ISO 8601. -#}
{% macro is_iso_duration(column) -%}
    regexp_full_match(
        {{ column }}, '\s*PT([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?\s*'
    )
{%- endmacro %}


{#- A day as 20200705, 20200705.0, 2020-07-05 or 2020-07-05 00:00:00; the whole text, where
    a cast would ignore its end or know a day -infinity. -#}
{% macro calendar_day(column) -%}
    case
        when contains({{ column }}, '-')
            then try_cast(
                regexp_extract(
                    {{ column }},
                    {{ pattern(
                        '^\\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})'
                        ~ '(?:[ T]00:00:00(?:\\.0+)?)?\\s*$'
                    ) }}, 1
                ) as date
            )
        when {{ column }} like '%.0'
            then {{ day_of_digits('left(' ~ column ~ ', length(' ~ column ~ ') - 2)') }}
        else {{ day_of_digits(column) }}
    end
{%- endmacro %}


{#- 1, 0, 1.0, 0.0, true, false. -#}
{% macro yes_or_no(column) -%}
    case
        when lower(trim({{ column }})) in ('1', '1.0', 'true') then true
        when lower(trim({{ column }})) in ('0', '0.0', 'false') then false
    end
{%- endmacro %}


{#- A text list like [27, 9] or ['a', 'b'] as a list of trimmed texts; null if not one. Own
    files may also have a, b|c;d. -#}
{% macro text_list(column) -%}
    {%- set inside = 'substring(trim(' ~ column ~ '), 2, length(trim(' ~ column ~ ')) - 2)' -%}
    case
        {%- if execute and is_own_source() %}
        when {{ is_blank(column) }} then null
        when not regexp_full_match(trim({{ column }}), '(?s)\[.*\]')
            then string_split_regex(trim({{ column }}), '\s*[|;,]\s*')
        {%- endif %}
        when not {{ is_wholly('trim(' ~ column ~ ')', '(?s)\\[.*\\]') }} then null
        when trim({{ inside }}) = '' then {{ empty_list('string') }}
        else {{ list_map(
            parts_between(inside, ','), 'element', without_ends('trim(element)', "'" ~ '"')
        ) }}
    end
{%- endmacro %}


{#- Nothing was said: null, blank, or a word with which programs write that. A pattern is only
    asked where it is needed; DuckDB would join a list of words with all rows. -#}
{% macro is_blank(column) -%}
    coalesce(
        {{ is_wholly(
            column, '(?i)\\s*(null|none|nan|na|n/a|\\\\n|-|<na>|nat|nil|#n/a|#div/0!|undefined'
            ~ '|[?]|[(]null[)])?\\s*'
        ) }},
        true
    )
{%- endmacro %}


{#- Said, and yet without a value: the text could not be read as one. -#}
{% macro is_unreadable(text_column, value) -%}
    ({{ value }} is null and not {{ is_blank(text_column) }})
{%- endmacro %}


{#- A day before or after all that can be: var earliest_event_on, var latest_event_on; of
    KuaiRec this century. -#}
{% macro is_absurd_day(day) -%}
    {%- set is_known = not execute or not is_own_source() -%}
    (
        {{ day }} < date '{{ var("earliest_event_on") or ("2000-01-01" if is_known else "1000-01-01") }}'
        or {{ day }} >= date '{{ var("latest_event_on") or ("2100-01-01" if is_known else "3000-01-01") }}'
    )
{%- endmacro %}


{#- KuaiRec writes UNKNOWN, -124 or nothing where it does not know: null here. -#}
{% macro null_if_unknown(column) -%}
    nullif(nullif(trim({{ column }}), ''), 'UNKNOWN')
{%- endmacro %}


{#- A counter of item_daily_features: whole, but for the mean share of a video played. -#}
{% macro day_count(column) -%}
    {%- if column == 'play_progress' -%}
        {{ number('text.' ~ column) }}
    {%- else -%}
        {{ whole_number('text.' ~ column, 'bigint') }}
    {%- endif -%}
{%- endmacro %}

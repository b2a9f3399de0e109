{#- Why a line is rejected. -#}
{% macro problem(column, reason) -%}
    {{ record_of({'column_name': sql_text(column), 'reason': sql_text(reason)}) }}
{%- endmacro %}


{% macro field_count_problem() -%}
    {{ record_of({
        'column_name': 'null::string',
        'reason': "'the line has ' || field_count || ' fields, the first line '"
            ~ " || expected_field_count",
    }) }}
{%- endmacro %}


{#- A duration that could not be read in the unit of its file, or is out of bounds. -#}
{% macro duration_problem(column, unit, bounds) -%}
    {{ problem(column, 'not ' ~ unit ~ (', ' if bounds[0] == '0' else ' ') ~ bounds) }}
{%- endmacro %}


{#- A time that could not be read by the clock of its file. -#}
{% macro timestamp_problem(text, clock) -%}
    case
        when {{ is_blank(text) }} then {{ problem('timestamp', 'no time') }}
        when {{ is_wholly(text, '\\s*[-+]?[0-9.]+[eE][-+]?[0-9]+\\s*') }}
            then {{ problem('timestamp', 'rounded: written with a power of ten and too few digits') }}
        else {{ problem('timestamp', {
            'plain seconds': 'not Unix seconds of a plausible day',
            'iso': 'not a time of ISO 8601',
            'month by name': 'not a time with a month by name',
            'mixed': 'not a time in any form that is known',
            'unknown': 'not a time in any form that is known',
            'day or month first': 'a day that can be read in two ways',
        }.get(clock, 'not ' ~ ('Unix ' if clock.endswith('seconds') else '') ~ clock)) }}
    end
{%- endmacro %}


{#- Whether the reason of a rejected line is clock_problem(). -#}
{% macro is_broken_clock(reason) -%}
    coalesce({{ reason }} like 'a clock far from the rest of the log%', false)
{%- endmacro %}


{#- A clock that is far from all others: staging.column_formats has the limits. -#}
{% macro clock_problem(clock) -%}
    {{ problem(
        'timestamp', 'not Unix seconds of a plausible day' if clock == 'plain seconds' else
        'a clock far from the rest of the log'
    ) }}
{%- endmacro %}

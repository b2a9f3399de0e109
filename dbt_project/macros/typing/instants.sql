{#-
    Text to Unix milliseconds, by the clock that it is written in. Plain seconds are
    KuaiRec's: without powers of ten, which would have to be looked for.
-#}
{% macro instant(column, clock) -%}
    {%- set units = {'seconds': 3, 'milliseconds': 0, 'microseconds': -3, 'nanoseconds': -6} -%}
    {%- if clock == 'plain seconds' -%}
        ({{ number(column, 'decimal(14, 3)') }} * 1000)::bigint
    {%- elif clock in units -%}
        {{ unix_instant(column, units[clock]) }}
    {%- elif clock == 'digits of the calendar' -%}
        {{ wall_clock(
            'try_strptime(trim(' ~ column
            ~ "), ['%Y%m%d%H%M%S', '%Y%m%d', '%Y%m%d%H%M', '%Y%m%d%H%M%S%g'])"
        ) }}
    {%- elif clock == 'days since 1900' -%}
        {{ wall_clock(
            'make_timestamp_ms(round((' ~ number(column) ~ ' - 25569) * 86400000)::bigint)'
        ) }}
    {%- elif clock == 'iso' -%}
        {{ iso_instant(column) }}
    {%- elif clock == 'day first' -%}
        {{ iso_instant(year_first(column, '\\3-\\2-\\1')) }}
    {%- elif clock == 'month first' -%}
        {{ iso_instant(year_first(column, '\\3-\\1-\\2')) }}
    {%- elif clock == 'month by name' -%}
        {{ iso_instant(month_in_digits(column)) }}
    {%- elif clock == 'mixed' -%}
        case {{ clock_form(column) }}
            {%- for form in units.keys() | list + ['digits of the calendar', 'iso', 'day first',
                                                   'month first', 'month by name'] %}
            when '{{ form }}' then {{ instant(column, form) }}
            {%- endfor %}
        end
    {%- elif '%z' in clock | lower -%}
        epoch_ms(try_strptime({{ column }}, {{ sql_text(clock) }}))
    {%- elif '%' in clock -%}
        {{ wall_clock('try_strptime(' ~ column ~ ', ' ~ sql_text(clock) ~ ')') }}
    {%- else -%}
        null::bigint
    {%- endif -%}
{%- endmacro %}


{#-
    Unix time of a unit of 10^digits ms, without a float in between. 1.700e+09 is rounded to
    eleven days: what is written with a power of ten must tell each second apart.
-#}
{% macro unix_instant(column, digits) -%}
    case
        when {{ is_rounded(column, digits) }} then null
        {%- if digits == 3 %}
        else ({{ number(column, 'decimal(14, 3)') }} * 1000)::bigint
        {%- elif digits == 0 %}
        else {{ number(column, 'decimal(20, 0)') }}::bigint
        {%- else %}
        else {{ number(column, 'decimal(20, 0)') }}::bigint // {{ 10 ** -digits }}
        {%- endif %}
    end
{%- endmacro %}


{#- Whether a number is written with a power of ten and too few digits for each second. -#}
{% macro is_rounded(column, digits) -%}
    (
        regexp_matches({{ column }}, '^\s*[-+]?[0-9.]+[eE]')
        and coalesce(
            regexp_extract({{ column }}, '[eE]\+?(-?[0-9]+)', 1)::integer
            - len(regexp_extract({{ column }}, '\.([0-9]*)', 1)) > {{ 3 - digits }},
            true
        )
    )
{%- endmacro %}


{#- 14.11.2023, 14.11.23 and 11/14/2023 with the year first. -#}
{% macro year_first(column, order) -%}
    regexp_replace(
        regexp_replace(
            {{ column }}, '^\s*([0-9]{1,2}[./-][0-9]{1,2}[./-])([0-9]{2})\b', '\1' || '20\2'
        ),
        '^\s*([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})', '{{ order }}'
    )
{%- endmacro %}


{% macro month_names() -%}
    (jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?
    {{- '|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)' }}
{%- endmacro %}


{#-
    14-Nov-2023 22:31, Nov 14, 2023, 10:31 PM, 14/Nov/2023:22:31:21 +0100, Tue Nov 14 22:31:21
    GMT 2023 and the like as iso_instant() reads them. Where there is no year, none is guessed.
-#}
{% macro month_in_digits(column) -%}
    {%- set text = "regexp_replace(" ~ column ~ ", '([0-9]{4}):', '\\1 ')" -%}
    {%- set month = month_names() -%}
    concat(
        coalesce(
            nullif(regexp_extract({{ text }}, '(?:^|[\s/.,-])((?:19|20)[0-9]{2})(?:$|[\s/.,-])', 1), ''),
            '20' || regexp_extract({{ text }}, '(?i)[0-9][\s.-]{{ month }}[\s.-]([0-9]{2})(?:$|\s)', 2)
        ),
        '-',
        printf('%02d', instr(
            'janfebmaraprmayjunjulaugsepoctnovdec',
            lower(regexp_extract({{ text }}, '(?i)\b{{ month }}\b', 1)[:3])
        ) // 3 + 1),
        '-',
        lpad(coalesce(
            nullif(regexp_extract({{ text }}, '(?i)([0-9]{1,2})(?:st|nd|rd|th)?[\s/.-]+{{ month }}', 1), ''),
            regexp_extract({{ text }}, '(?i){{ month }}[\s.]+([0-9]{1,2})(?:st|nd|rd|th)?(?:[\s,]|$)', 2)
        ), 2, '0'),
        ' ',
        regexp_extract({{ text }}, '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:\s*[AaPp][Mm])?'),
        regexp_extract(
            {{ text }},
            ':[0-9]{2}(?:[.,][0-9]+)?\s*(?:(?:GMT|UTC)?([+-][0-9]{2}:?[0-9]{2})|(?:Z|GMT|UTC)\b)', 1
        ),
        if(regexp_matches({{ text }}, ':[0-9]{2}(?:[.,][0-9]+)?\s*(?:Z|GMT|UTC)(?:$|\s)'), 'Z', '')
    )
{%- endmacro %}


{#-
    ISO 8601 and similar: T or a space, a fraction behind a point or a comma, Z, an
    offset, the name of a zone, or none: then it is the wall clock of var timestamp_timezone.
-#}
{% macro iso_instant(column) -%}
    {%- set zone = '(?i):[0-9]{2}([.][0-9]+)?\\s*(z|[+-][0-9]{2}(:?[0-9]{2})?|[a-z]{3,}(/[a-z_]+)*)$' -%}
    {%- set text = "regexp_replace(regexp_replace(replace(trim(" ~ column ~ "), ',', '.'), '\\s+([+-])', '\\1'), "
        ~ "'^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})', "
        ~ "'\\1-\\2-\\3T\\4:\\5:\\6')" -%}
    case
        when not regexp_matches({{ column }}, '^\s*[0-9]{4}') then null
        when regexp_matches({{ text }}, '{{ zone }}')
            then epoch_ms(try_cast({{ text }} as timestamptz))
        when regexp_matches({{ text }}, '(?i)[ap]m$')
            then {{ wall_clock(
                'try_strptime(' ~ text ~ ", ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M:%S.%f %p',"
                ~ " '%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M%p', '%Y-%m-%d %I:%M:%S%p'])"
            ) }}
        else {{ wall_clock(
            'coalesce(try_cast(' ~ text ~ ' as timestamp), try_strptime(' ~ text
            ~ ", ['%Y.%m.%d %H:%M:%S', '%Y.%m.%d %H:%M', '%Y.%m.%d']))"
        ) }}
    end
{%- endmacro %}


{#- A wall clock's timestamp as Unix ms. -#}
{% macro wall_clock(timestamp) -%}
    epoch_ms(timezone(
        {{ sql_text(var('timestamp_timezone') or var('local_timezone')) }}, {{ timestamp }}
    ))
{%- endmacro %}

-- one row per line of item_daily_features.csv, typed; problem says why one is not kept
-- depends_on: {{ ref('id_keys') }}
{%- set codes = [
    'author_id', 'video_width', 'video_height', 'music_id', 'video_tag_id',
] %}
{%- set entities = id_columns()['item_daily_features'] %}
{%- set names = ['video_type', 'upload_type', 'visible_status', 'video_tag_name'] %}

with texts as (
    {{ lines_as_texts('item_daily_features') }}
),

typed as (
    select
        {{ id_key('video', 'text.video_id') }} as video_id,
        {{ calendar_day('text.date') }} as date,
        {{ calendar_day('text.upload_dt') }} as uploaded_on,
        try_cast(round({{ number('text.video_duration') }}) as bigint)
            as video_duration_ms,
        {%- for column in codes %}
        {{ id_key(entities[column], 'text.' ~ column, 'bigint') if column in entities
           else whole_number('text.' ~ column, 'bigint') }} as {{ column }},
        {%- endfor %}
        {%- for column in names %}
        {{ null_if_unknown('text.' ~ column) }} as {{ column }},
        {%- endfor %}
        {%- for column in video_day_count_columns() %}
        {{ day_count(column) }} as {{ staged_name(column) }},
        {%- endfor %}
        texts.*
    from texts
)

select
    {{ all_but(['text', 'field_count', 'expected_field_count']) }},
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when video_id is null or video_id < 0 then {{ id_problem('video_id', 'video') }}
        when date is null or {{ is_absurd_day('date') }}
            then {{ problem('date', 'not a plausible day like 20200705') }}
        when {{ is_unreadable('text.upload_dt', 'uploaded_on') }}
            then {{ problem('upload_dt', 'not a day like 2020-03-30') }}
        when
            {{ is_unreadable('text.video_duration', 'video_duration_ms') }}
            or video_duration_ms not between 1 and 2147483647
            then {{ problem('video_duration', 'not milliseconds above 0') }}
        {%- for column in codes %}
        when
            {{ is_unreadable('text.' ~ column, column) }}
            {%- if column != 'music_id' %}
            or {{ column }} not between -2147483648 and 2147483647
            {%- endif %}
            then {{ problem(column, 'not a whole number') }}
        {%- endfor %}
        {%- for column in video_day_count_columns() %}
        when
            {{ is_unreadable('text.' ~ column, staged_name(column)) }}
            or {{ staged_name(column) }} not between 0 and 1e15
            then {{ problem(column, 'not a number, 0 or more') }}
        {%- endfor %}
    end as problem
from typed

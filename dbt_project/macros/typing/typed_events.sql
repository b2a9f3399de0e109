{#-
    One row per line of big_matrix.csv or small_matrix.csv, typed; problem says why a line cannot
    be kept. A line of small_matrix needs no time.
-#}
{% macro typed_events(name) -%}
-- depends_on: {{ ref('column_formats') }}
-- depends_on: {{ ref('id_keys') }}
{%- set clock = column_format(name, 'timestamp') %}
{%- set limits = clock_limits(name) %}

with source as (
    select * from {{ ref(name) }}
),

typed as (
    select
        {{ id_key('user', 'user_id') }} as user_id,
        {{ id_key('video', 'video_id') }} as video_id,
        {{ duration_ms('play_duration', column_format(name, 'play_duration')) }}
            as play_duration_ms,
        {{ duration_ms('video_duration', column_format(name, 'video_duration')) }}
            as video_duration_ms,
        coalesce(
            nullif({{ number('watch_ratio') }}, 'nan'::double)
            {{- ' / 100' if column_format(name, 'watch_ratio') == 'percent' }},
            case
                when {{ is_blank('watch_ratio') }}
                    then play_duration_ms / nullif(video_duration_ms, 0)
            end
        ) as watch_ratio,
        {{ instant('timestamp', clock) }} as event_unix_ms,
        {{ calendar_day('date') }} as day_label,
        timestamp as timestamp_text,
        line_content,
        line_number,
        file_path,
        field_count,
        expected_field_count
    from source
)

select
    user_id,
    video_id,
    play_duration_ms,
    video_duration_ms,
    watch_ratio,
    event_unix_ms,
    case when not {{ is_absurd_day('day_label') }} then day_label end as partition_date,
    line_content,
    line_number,
    file_path,
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when user_id is null or user_id < 0 then {{ id_problem('user_id', 'user') }}
        when video_id is null or video_id < 0 then {{ id_problem('video_id', 'video') }}
        when play_duration_ms is null or play_duration_ms < 0
            then
                {{ duration_problem(
                    'play_duration', column_format(name, 'play_duration'), '0 or more'
                ) }}
        when video_duration_ms is null or video_duration_ms <= 0
            then
                {{ duration_problem(
                    'video_duration', column_format(name, 'video_duration'), 'above 0'
                ) }}
        when watch_ratio is null or watch_ratio >= 'infinity'::double or watch_ratio < 0
            then {{ problem('watch_ratio', 'not a finite number, 0 or more') }}
        when event_unix_ms is null
            {%- if name == 'small_matrix' %} and not {{ is_blank('timestamp_text') }} {%- endif %}
            then {{ timestamp_problem('timestamp_text', clock) }}
        {%- if limits[0] is not none %}
        when event_unix_ms < {{ limits[0] }} or event_unix_ms >= {{ limits[1] }}
            then {{ clock_problem(clock) }}
        {%- endif %}
    end as problem
from typed
{%- endmacro %}

-- one row per line of big_matrix.csv, typed; problem says why a line cannot be kept
with source as (
    select * from {{ ref('big_matrix') }}
),

typed as (
    select
        {{ whole_number('user_id') }} as user_id,
        {{ whole_number('video_id') }} as video_id,
        {{ whole_number('play_duration') }} as play_duration_ms,
        {{ whole_number('video_duration') }} as video_duration_ms,
        coalesce(
            {{ number('watch_ratio') }},
            case
                when {{ is_blank('watch_ratio') }}
                    then play_duration_ms / nullif(video_duration_ms, 0)
            end
        ) as watch_ratio,
        {{ milliseconds('timestamp') }} as event_unix_ms,
        {{ calendar_day('date') }} as partition_date,
        date as date_text,
        timestamp as timestamp_text,
        line_content,
        line_number,
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
    partition_date,
    line_content,
    line_number,
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when user_id is null or user_id < 0 then {{ id_problem('user_id') }}
        when video_id is null or video_id < 0 then {{ id_problem('video_id') }}
        when play_duration_ms is null or play_duration_ms < 0
            then {{ problem('play_duration', 'not whole milliseconds, 0 or more') }}
        when video_duration_ms is null or video_duration_ms <= 0
            then {{ problem('video_duration', 'not whole milliseconds above 0') }}
        when watch_ratio is null or not isfinite(watch_ratio) or watch_ratio < 0
            then {{ problem('watch_ratio', 'not a finite number, 0 or more') }}
        when
            event_unix_ms is null
            or event_unix_ms < {{ event_limit('earliest_event_on') }}
            or event_unix_ms >= {{ event_limit('latest_event_on') }}
            then {{ problem('timestamp', 'not Unix seconds of a plausible day') }}
        when
            {{ is_unreadable('date_text', 'partition_date') }}
            or {{ is_absurd_day('partition_date') }}
            then {{ problem('date', 'not a plausible day like 20200705') }}
    end as problem
from typed

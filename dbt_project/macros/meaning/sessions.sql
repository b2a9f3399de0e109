{#-
    One view per pair and session, where a player sends pings while a video is watched: rows
    of a pair within var sessionise_seconds of each other. Play times that grow from ping to
    ping (nine follow-ups in ten of the log) are of the view so far, and the furthest
    counts, once more after each start from the beginning; others are of the time since the
    last ping, and their sum counts. The view has the time of its first ping.
-#}
{% macro one_view_per_session(events) -%}
    select
        user_id,
        video_id,
        sum(play_duration_ms) filter (where not is_growing or is_furthest)::integer
            as play_duration_ms,
        max(video_duration_ms) as video_duration_ms,
        min(event_unix_ms) as event_unix_ms,
        case
            when count(*) = 1 then any_value(watch_ratio)
            else sum(play_duration_ms) filter (where not is_growing or is_furthest)
                / max(video_duration_ms)
        end as watch_ratio,
        min(partition_date) as partition_date,
        sum(copy_count)::integer as copy_count
    from (
        select
            *,
            avg((play_duration_ms > earlier_play_ms)::integer) over () >= 0.9 as is_growing,
            coalesce(
                lead(play_duration_ms) over in_session <= play_duration_ms, true
            ) as is_furthest
        from (
            select
                *,
                sum(is_start::integer) over pings as session_number,
                case when not is_start then lag(play_duration_ms) over pings end
                    as earlier_play_ms
            from (
                select
                    *,
                    coalesce(
                        event_unix_ms - lag(event_unix_ms) over (
                            partition by user_id, video_id
                            order by event_unix_ms, play_duration_ms, video_duration_ms
                        ) > 1000 * {{ var('sessionise_seconds') }},
                        true
                    ) as is_start
                from {{ events }}
            )
            window pings as (
                partition by user_id, video_id
                order by event_unix_ms, play_duration_ms, video_duration_ms
            )
        )
        window in_session as (
            partition by user_id, video_id, session_number
            order by event_unix_ms, play_duration_ms, video_duration_ms
        )
    )
    group by user_id, video_id, session_number
{%- endmacro %}

-- codes of what a video is watched in, which the effects of play_time/context.py are of
create or replace temp macro hour_code(event_at) as coalesce(hour(event_at), 24);
create or replace temp macro age_code(event_at, uploaded_on) as
    coalesce(least(greatest(cast(event_at as date) - uploaded_on, 0), 60), 61); -- noqa
create or replace temp macro repeat_code(earlier_watches) as
    cast(least(earlier_watches, 5) as integer); -- noqa: LT02

-- A sample of the last 1, 3 and 7 days of videos and users, counted again event by event:
-- every column of both tables.

with interactions as (
    select * from {{ ref('interactions') }}
),

log_days as (
    select
        event_on,
        count(*) as view_count,
        sum(clipped_watch_ratio_e4) as watch_ratio_e4
    from interactions
    group by event_on
),

{% for entity, spans in [('video', [1, 3, 7]), ('user', [7])] %}
{{ entity }}_sample as (
    select * from {{ ref(entity ~ '_recent_history') }}
    order by hash({{ entity }}_id, as_of_date)
    limit 150
),

{{ entity }}_recount as (
    select
        questions.{{ entity }}_id,
        questions.as_of_date,
        {% for days in spans %}
        {% set in_window = 'filter (where event_on >= as_of_date - ' ~ days ~ ')' %}
        count(events.event_on) {{ in_window }} as views_{{ days }}d,
        sum(events.clipped_watch_ratio_e4) {{ in_window }} as watch_ratio_e4_{{ days }}d,
        sum(cast(events.is_above_one as integer)) {{ in_window }}
            as above_one_{{ days }}d,
        sum(cast(events.is_long_view as integer)) {{ in_window }}
            as long_views_{{ days }}d,
        sum(events.log_play_seconds_e4) {{ in_window }} as log_play_e4_{{ days }}d,
        {% endfor %}
        avg(cast(events.is_long_view as integer)) as share_long_view,
        avg(cast(events.play_duration_ms < 3000 as integer)) as share_skipped,
        sum(events.log_play_seconds_e4) / 10000 / count(events.event_on) as mean_log_play,
        sum(cast(events.log_play_seconds_e4 as bigint) * events.log_play_seconds_e4)
        / 100000000 / count(events.event_on) as mean_squared_log_play
    from {{ entity }}_sample as questions
    left join interactions as events
        on
            questions.{{ entity }}_id = events.{{ entity }}_id
            and questions.as_of_date > events.event_on
    group by all
),

{{ entity }}_priors as (
    select
        questions.as_of_date,
        cast(sum(log_days.watch_ratio_e4) / 10000 / sum(log_days.view_count) as float)
            as mean_watch_ratio
    from (select distinct as_of_date from {{ entity }}_sample) as questions
    left join log_days on questions.as_of_date > log_days.event_on
    group by questions.as_of_date
),

wrong_{{ entity }}s as (
    select
        '{{ entity }}' as entity,
        questions.{{ entity }}_id as entity_id,
        questions.as_of_date
    from {{ entity }}_sample as questions
    left join {{ entity }}_recount as recount using ({{ entity }}_id, as_of_date)
    left join {{ entity }}_priors as priors using (as_of_date)
    where
        true in (
            {% for days in spans %}
            {% set views = 'recount.views_' ~ days ~ 'd' %}
            questions.{{ entity }}_view_count_{{ days }}d is distinct from {{ views }},
            questions.{{ entity }}_mean_watch_ratio_{{ days }}d is distinct from cast(
                (
                    coalesce(recount.watch_ratio_e4_{{ days }}d, 0) / 10000
                    + 20 * priors.mean_watch_ratio
                ) / ({{ views }} + 20) as float
            ),
            questions.{{ entity }}_share_above_one_{{ days }}d
            is distinct from {{ ratio('recount.above_one_' ~ days ~ 'd', views) }},
            questions.{{ entity }}_share_long_view_{{ days }}d
            is distinct from {{ ratio('recount.long_views_' ~ days ~ 'd', views) }},
            questions.{{ entity }}_mean_log_play_{{ days }}d is distinct from
            {{ ratio('recount.log_play_e4_' ~ days ~ 'd / 10000', views) }}
            {{- ',' if not loop.last }}
            {% endfor %}
        )
),
{% endfor %}

wrong_trends as (
    select
        'video' as entity,
        questions.video_id as entity_id,
        questions.as_of_date
    from video_sample as questions
    left join video_recount as recount using (video_id, as_of_date)
    where
        questions.video_trend_long_view is distinct from cast(
            recount.long_views_7d / nullif(recount.views_7d, 0)
            - recount.share_long_view as float
        )
),

wrong_spreads as (
    select
        'user' as entity,
        questions.user_id as entity_id,
        questions.as_of_date
    from user_sample as questions
    left join user_recount as recount using (user_id, as_of_date)
    where
        questions.user_share_skipped
        is distinct from cast(recount.share_skipped as float)
        or questions.user_sd_log_play is distinct from cast(
            sqrt(
                greatest(
                    recount.mean_squared_log_play
                    - recount.mean_log_play * recount.mean_log_play,
                    0
                )
            ) as float
        )
)

select * from wrong_videos
union all
select * from wrong_users
union all
select * from wrong_trends
union all
select * from wrong_spreads

-- A sample of the last 1, 3 and 7 days of videos and users, counted again event by event.

with interactions as (
    select * from {{ ref('interactions') }}
),

{% for entity in ['video', 'user'] %}
{{ entity }}_sample as (
    select * from {{ ref(entity ~ '_recent_history') }}
    order by hash({{ entity }}_id, as_of_date)
    limit 150
),

{{ entity }}_recount as (
    select
        questions.{{ entity }}_id,
        questions.as_of_date,
        {% for days in [1, 3, 7] %}
        count(*) filter (where events.event_on >= questions.as_of_date - {{ days }})
            as views_{{ days }}d,
        count(*) filter (
            where
            events.is_long_view
            and events.event_on >= questions.as_of_date - {{ days }}
        ) as long_views_{{ days }}d,
        {% endfor %}
        count(*) filter (where events.play_duration_ms < 3000) / count(*) as share_skipped
    from {{ entity }}_sample as questions
    inner join interactions as events
        on
            questions.{{ entity }}_id = events.{{ entity }}_id
            and questions.as_of_date > events.event_on
    group by all
),
{% endfor %}

wrong_videos as (
    select
        'video' as entity,
        questions.video_id as entity_id,
        questions.as_of_date
    from video_sample as questions
    left join video_recount as recount using (video_id, as_of_date)
    where
        false
        {% for days in [1, 3, 7] %}
        {% set views = 'recount.views_' ~ days ~ 'd' %}
        or questions.video_view_count_{{ days }}d <> coalesce({{ views }}, 0)
        or questions.video_share_long_view_{{ days }}d
        is distinct from {{ ratio('recount.long_views_' ~ days ~ 'd', views) }}
        {% endfor %}
),

wrong_users as (
    select
        'user' as entity,
        questions.user_id as entity_id,
        questions.as_of_date
    from user_sample as questions
    left join user_recount as recount using (user_id, as_of_date)
    where
        questions.user_view_count_7d <> coalesce(recount.views_7d, 0)
        or questions.user_share_long_view_7d is distinct from
        cast(recount.long_views_7d / nullif(recount.views_7d, 0) as float)
        or questions.user_share_skipped
        is distinct from cast(recount.share_skipped as float)
)

select * from wrong_videos
union all
select * from wrong_users

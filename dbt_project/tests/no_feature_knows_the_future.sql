-- What ranker rows say was watched before, as joined to each row, equals the events that
-- ended before the row's as-of day; and that day is never after the event. The features
-- that are counted otherwise have their own recounts beside their models.
with users as (
    select user_id from {{ ref('stg_users') }}
    order by hash(user_id)
    limit 20
),

moments as (
    select * from {{ ref('ranker_moments') }}
    where user_id in (select users.user_id from users)
),

joined as (
    {{ ranker_features('moments', 'default') }}
),

log as (
    select
        user_id,
        video_id,
        event_on
    from {{ ref('stg_interactions') }}
),

{%- for entity in ['user', 'video'] %}

{{ entity }}_recount as (
    select
        asked.{{ entity }}_id,
        asked.as_of_date,
        count(log.event_on) as view_count
    from (select distinct {{ entity }}_id, as_of_date from joined) as asked
    left join log
        on
            asked.{{ entity }}_id = log.{{ entity }}_id
            and asked.as_of_date > log.event_on
    group by asked.{{ entity }}_id, asked.as_of_date
),
{%- endfor %}

compared as (
    select
        joined.dataset,
        joined.user_id,
        joined.video_id,
        joined.event_on,
        joined.as_of_date,
        joined.user_view_count,
        joined.video_view_count,
        user_recount.view_count as recounted_of_user,
        video_recount.view_count as recounted_of_video
    from joined
    inner join user_recount
        on
            joined.user_id = user_recount.user_id
            and joined.as_of_date = user_recount.as_of_date
    inner join video_recount
        on
            joined.video_id = video_recount.video_id
            and joined.as_of_date = video_recount.as_of_date
)

select * from compared
where
    coalesce(user_view_count, 0) != recounted_of_user
    or coalesce(video_view_count, 0) != recounted_of_video
    or (dataset != 'dense' and as_of_date > event_on)

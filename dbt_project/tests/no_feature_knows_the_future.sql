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

ranker_rows as (
    select
        row_number() over () as row_id,
        dataset,
        user_id,
        video_id,
        event_on,
        as_of_date,
        user_view_count,
        video_view_count
    from joined
),

log as (
    select
        user_id,
        video_id,
        event_on
    from {{ ref('stg_interactions') }}
),

watched_by_user as (
    select
        ranker_rows.row_id,
        count(log.event_on) as view_count
    from ranker_rows
    left join log
        on ranker_rows.user_id = log.user_id and ranker_rows.as_of_date > log.event_on
    group by ranker_rows.row_id
),

views_of_video as (
    select
        ranker_rows.row_id,
        count(log.event_on) as view_count
    from ranker_rows
    left join log
        on ranker_rows.video_id = log.video_id and ranker_rows.as_of_date > log.event_on
    group by ranker_rows.row_id
)

select
    ranker_rows.*,
    watched_by_user.view_count as recounted_of_user,
    views_of_video.view_count as recounted_of_video
from ranker_rows
inner join watched_by_user on ranker_rows.row_id = watched_by_user.row_id
inner join views_of_video on ranker_rows.row_id = views_of_video.row_id
where
    coalesce(ranker_rows.user_view_count, 0) != watched_by_user.view_count
    or coalesce(ranker_rows.video_view_count, 0) != views_of_video.view_count
    or (ranker_rows.dataset != 'dense' and ranker_rows.as_of_date > ranker_rows.event_on)

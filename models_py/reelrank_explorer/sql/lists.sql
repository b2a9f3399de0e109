-- published lists, best first: of one user, or of $users users who then viewed something
-- long; is_relevant: viewed long after the boundary, for the first time
with measured as (
    select
        user_id,
        relevant_count
    from ml.user_metrics
    where
        run_id = $run_id
        and protocol = 'end_to_end'
        and relevance = 'long_view'
        and model = 'two_stage'
        and k = 10
),

sampled as (
    select user_id from measured
    order by hash(user_id), user_id
    limit $users
),

asked as (
    select user_id from sampled
    union all
    select main.as_user_id($user_id) as user_id
    where $user_id is not null
),

keys as (
    select main.user_key(user_id) as user_id from asked
),

relevant as (
    select distinct
        main.user_shown(events.user_id) as user_id,
        main.video_shown(events.video_id) as video_id
    from training.interactions as events
    semi join keys on events.user_id = keys.user_id
    where events.split = 'holdout' and events.is_long_view
)

select
    lists.user_id,
    lists.rank,
    lists.video_id,
    lists.ranking_score,
    lists.list_score,
    lists.log_chance,
    coalesce(lists.predicted_long_view, 0) as predicted_long_view,
    lists.days_since_first_view,
    coalesce(lists.is_alive, false) as is_alive,
    tags.tag_ids as tags,
    profiles.author_id,
    relevant.video_id is not null as is_relevant,
    coalesce(measured.relevant_count, 0) as relevant_count
from ml.recommendations as lists
inner join asked on lists.user_id = asked.user_id
left join staging.stg_video_tags as tags on main.video_key(lists.video_id) = tags.video_id
left join features.video_profiles as profiles
    on main.video_key(lists.video_id) = profiles.video_id
left join relevant
    on lists.user_id = relevant.user_id and lists.video_id = relevant.video_id
left join measured on lists.user_id = measured.user_id
where lists.run_id = $run_id
order by lists.user_id, lists.rank

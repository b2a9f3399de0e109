-- random tables for the benchmark of the evaluation; sizes come from session variables
create table training.interactions as
select
    cast(hash(range, 1) % getvariable('users') as integer) as user_id,
    cast(hash(range, 2) % getvariable('videos') as integer) as video_id,
    timestamp '2020-07-05' + interval (range * 5000000 // getvariable('events')) second
        as event_at,
    cast(3000 + hash(video_id) % 40000 as integer) as video_duration_ms,
    (hash(range, 3) % 100000) / 60000 as watch_ratio,
    hash(range, 4) % 5 = 0 as is_long_view,
    if(range < 0.8 * getvariable('events'), 'train', 'holdout') as split
from range(getvariable('events'));

create table training.als_confidences as
select distinct
    user_id,
    video_id
from training.interactions
where split = 'train';

create table training.split_boundary as
select
    timestamp '2020-08-30' as boundary_at,
    date '2020-08-30' as boundary_on;

create table training.long_view_thresholds as
select
    cast(range as integer) as duration_bucket,
    cast(range * 1000 as integer) as min_duration_ms,
    cast((range + 1) * 1000 as integer) as max_duration_ms,
    10000 as view_count,
    9000 / (range * 1000 + 500) as watch_ratio_threshold
from range(43);

create table staging.stg_users as
select cast(range as integer) as user_id
from range(getvariable('users'));

create table staging.stg_video_tags as
select
    cast(range as integer) as video_id,
    cast(list_distinct([range % 31, hash(range) % 31]) as integer[]) as tag_ids
from range(getvariable('videos'));

create table features.video_profiles as
select
    cast(range as integer) as video_id,
    cast(3000 + hash(range) % 40000 as integer) as video_duration_ms,
    date '2020-06-01' as uploaded_on
from range(getvariable('videos'));

create temp table run_user_factors as
select
    cast(range as integer) as user_id,
    cast(
        list_transform(range(128), lambda i: (hash(range, i) % 1000) / 1000) as float[128]
    ) as factors
from range(getvariable('users'));

create temp table run_video_factors as
select
    cast(range as integer) as video_id,
    cast(
        list_transform(range(128), lambda i: (hash(range, i, 1) % 1000) / 1000)
        as float[128]
    ) as factors
from range(getvariable('videos'));

create temp table run_predictions as
with events as (
    select
        'holdout' as protocol,
        user_id,
        video_id,
        event_at,
        video_duration_ms,
        watch_ratio,
        is_long_view
    from training.interactions
    where split = 'holdout'
    union all
    select
        'dense' as protocol,
        cast(range // getvariable('dense_videos') as integer) as user_id,
        cast(range % getvariable('dense_videos') as integer) as video_id,
        timestamp '2020-08-31' as event_at,
        cast(3000 + hash(video_id) % 40000 as integer) as video_duration_ms,
        (hash(range, 5) % 100000) / 60000 as watch_ratio,
        hash(range, 6) % 5 = 0 as is_long_view
    from range(getvariable('dense_users') * getvariable('dense_videos'))
)

select
    *,
    cast((hash(user_id, video_id, event_at) % 1000000) / 500000 as float)
        as predicted_watch_ratio,
    cast((hash(user_id, video_id) % 1000000) / 1000000 as float) as predicted_long_view,
    predicted_watch_ratio as score_watch_ratio,
    predicted_long_view as score_long_view
from events;

create temp table run_candidates as
with models as (
    select unnest(['als', 'item_based', 'most_viewed', 'blend']) as model
)

select
    models.model,
    cast(users.range as integer) as user_id,
    cast(places.range + 1 as smallint) as rank,
    cast(
        (hash(users.range, models.model) % 10000 + places.range) % getvariable('videos')
        as integer
    ) as video_id,
    cast(-places.range as float) as score
from range(getvariable('users')) as users
cross join range(500) as places
cross join models;

create temp table run_dense_candidates as
select
    'item_based' as model,
    cast(users.range as integer) as user_id,
    cast(places.range + 1 as smallint) as rank,
    cast(
        (hash(users.range) % 10000 + places.range) % getvariable('dense_videos')
        as integer
    ) as video_id,
    cast(-places.range as float) as score
from range(getvariable('dense_users')) as users
cross join range(least(500, getvariable('dense_videos'))) as places;

create temp table run_lists as
select
    user_id,
    video_id,
    cast(hash(user_id, video_id, 1) % 100000 as float) as score_watch_ratio,
    cast(hash(user_id, video_id, 2) % 100000 as float) as score_long_view
from run_candidates
where model = 'als';

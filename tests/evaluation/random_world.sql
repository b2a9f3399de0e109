-- rows of tests, laid out by hand: they must parse
-- sqlfluff:rules:CP01,CP02,CP03
-- random tables of every kind: 60 users, 300 videos, two thirds of the pairs in train
create table training.interactions as
with pairs as (
    select
        users.range::integer as user_id,
        videos.range::integer as video_id,
        hash(users.range, videos.range) as dice,
    from range(60) as users, range(300) as videos
),

events as (
    select
        user_id,
        video_id,
        (3000 + hash(video_id) % 40000)::integer as video_duration_ms,
        (hash(dice, 1) % 1000) / 400 as watch_ratio,
        timestamp '2020-08-01' + interval (hash(dice, 2) % 3000000) second as event_at,
    from pairs, range((1 + dice % 2)::bigint)
    where dice % 5 < 3
)

select
    *,
    if(event_at < '2020-08-30', 'train', 'holdout') as split,
    watch_ratio > 9000 / video_duration_ms as is_long_view,
from events;

create table training.als_confidences as
select distinct user_id, video_id from training.interactions where split = 'train';
create table training.split_boundary as
select timestamp '2020-08-30' as boundary_at, date '2020-08-30' as boundary_on;
create table training.long_view_thresholds as
select
    range::integer as duration_bucket,
    (range * 5000)::integer as min_duration_ms,
    ((range + 1) * 5000)::integer as max_duration_ms,
    100 as view_count,
    9000 / (range * 5000 + 2500) as watch_ratio_threshold,
from range(9);
create table staging.stg_users as select range::integer as user_id from range(62);
create table staging.stg_video_tags as
select
    range::integer as video_id,
    list_distinct([range % 7, range % 11])::integer[] as tag_ids,
from range(300);
create table features.video_profiles as
select
    range::integer as video_id,
    (3000 + hash(range) % 40000)::integer as video_duration_ms,
    date '2020-08-01' + (range % 40)::integer as uploaded_on,
from range(300);
create temp table run_user_factors as
select
    range::integer as user_id,
    [(hash(range, 3) % 100) / 100, (hash(range, 4) % 100) / 100]::float[2] as factors,
from range(55);
create temp table run_video_factors as
select
    range::integer as video_id,
    [(hash(range, 5) % 100) / 100, (hash(range, 6) % 100) / 100]::float[2] as factors,
from range(290);

create temp table run_predictions as
with events as (
    select
        'holdout' as protocol,
        user_id,
        video_id,
        event_at,
        video_duration_ms,
        watch_ratio,
        is_long_view,
    from training.interactions
    where split = 'holdout'
    union all
    select
        'dense',
        users.range::integer,
        videos.range::integer,
        if(hash(users.range, videos.range, 7) % 9 = 0, null, timestamp '2020-08-31'),
        (3000 + hash(videos.range) % 40000)::integer,
        (hash(users.range, videos.range, 8) % 1000) / 400,
        hash(users.range, videos.range, 9) % 5 = 0,
    from range(20) as users, range(100) as videos
)

select
    *,
    (watch_ratio / 2 + (hash(user_id, video_id, event_at) % 100) / 100)::float
        as predicted_watch_ratio,
    ((hash(user_id, video_id) % 100) / 100)::float as predicted_long_view,
    predicted_watch_ratio as score_watch_ratio,
    predicted_long_view as score_long_view,
from events;

create temp table run_candidates as
select
    models.model,
    users.range::integer as user_id,
    (row_number() over (
        partition by models.model, users.range
        order by hash(models.model, users.range, videos.range)
    ))::smallint as rank,
    videos.range::integer as video_id,
    -rank::float as score,
from range(62) as users, range(300) as videos,
    (select unnest(['als', 'item_based', 'most_viewed']) as model) as models
where not exists (
    from training.als_confidences as w
    where w.user_id = users.range and w.video_id = videos.range
)
qualify rank <= 120;
create temp table run_dense_candidates as
select
    'item_based' as model,
    user_id,
    (row_number() over (partition by user_id order by hash(user_id, video_id, 10)))::smallint
        as rank,
    video_id,
    -rank::float as score,
from run_predictions
where protocol = 'dense'
qualify rank <= 50;
create temp table run_lists as
select
    user_id,
    video_id,
    (hash(user_id, video_id, 11) % 1000)::float as score_watch_ratio,
    (hash(user_id, video_id, 12) % 1000)::float as score_long_view,
from run_candidates
where model = 'als';

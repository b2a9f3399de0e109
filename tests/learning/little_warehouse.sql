-- rows of tests, laid out by hand: they must parse
-- sqlfluff:rules:CP01,CP02,CP03
-- a little database as dbt leaves it: 60 users, 80 videos, 10 days, a taste for two tags;
-- user 59 and video 79 are never in the log, video 78 is uploaded before the boundary
create schema raw;
create schema staging;
create schema features;
create schema training;

create table staging.data_source as
select
    'simulated' as kind,
    'simulated KuaiRec (little, seed 1)' as label,
    'little' as scale,
    1::bigint as seed,
    'nowhere' as data_dir;

create table staging.build_state as
select
    true as is_complete,
    '1.0.0' as project_version,
    1 as schema_version,
    now() as started_at,
    now() as finished_at;

create table staging.stg_users as
select
    i::integer as user_id,
    'full_active' as user_active_degree,
    100::integer as register_days,
from range(60) as t(i);

create table features.user_profiles as
select
    i::integer as user_id,
    2::tinyint as user_active_degree,
    i::integer as follow_user_num,
    1::integer as fans_user_num,
    1::integer as friend_user_num,
    100::integer as register_days,
    (i % 3)::integer as onehot_feat0
from range(60) as t(i);

create table staging.stg_video_tags as
select
    i::integer as video_id,
    [(i % 5)::integer] as tag_ids
from range(80) as t(i);

create table features.video_profiles as
select
    i::integer as video_id,
    (i % 5)::integer as first_tag_id,
    (i % 20)::integer as author_id,
    (i % 5)::integer as first_level_category_id,
    (i % 10)::integer as second_level_category_id,
    null::integer as third_level_category_id,
    1::tinyint as num_item_tags,
    (5000 + 300 * (i % 40))::integer as video_duration_ms,
    case when i = 79 then date '2020-07-20' else date '2020-07-01' end as uploaded_on
from range(80) as t(i);

create table staging.stg_friendships as
select 1::integer as user_id, 2::integer as friend_id;

create table staging.stg_video_captions as
select video_id, 'caption' as caption, null::varchar as cover_text from features.video_profiles;

-- as `dbt run` makes them where ids are whole numbers
create macro main.as_user_id(asked) as try_cast(asked as integer);
create macro main.as_video_id(asked) as try_cast(asked as integer);
create macro main.user_key(asked) as try_cast(asked as integer);
create macro main.tag_key(asked) as try_cast(asked as integer);
create macro main.author_key(asked) as try_cast(asked as integer);
create macro main.video_key(asked) as try_cast(asked as integer);
create macro main.user_shown(a_key) as a_key;
create macro main.video_shown(a_key) as a_key;
create macro main.author_shown(a_key) as a_key;
create macro main.tag_shown(a_key) as a_key;
create macro main.feature_shown(feature, feature_value) as feature_value;

create view main.videos as
select
    p.video_id,
    'video ' || p.video_id as caption,
    [p.first_tag_id] as tags,
    'category' as category,
    round(p.video_duration_ms / 1000, 1) as duration_s,
    p.author_id,
    p.uploaded_on,
from features.video_profiles as p;

create temp table draws as
select
    row_number() over (order by hash(n, 7)) as place,
    (hash(n, 1) % 59)::integer as user_id,
    (hash(n, 2) % 78)::integer as video_id,
    (hash(n, 3) % 10000) / 10000.0 as noise,
    (hash(n, 4) % 100) / 100.0 as lapse
from range(4000) as t(n);

create temp table watches as
select
    draws.user_id,
    draws.video_id,
    profiles.video_duration_ms,
    -- every user likes two tags of five
    (
        6000 + 5000 * draws.noise
        + case
            when (draws.user_id + profiles.first_tag_id) % 5 < 2 then 4000 else 0
        end
    )
    / profiles.video_duration_ms as watch_ratio,
    timestamp '2020-07-05 00:00:00'
    + to_milliseconds((place * 216000)::bigint) as event_at
from draws
inner join features.video_profiles as profiles on draws.video_id = profiles.video_id;

create temp table labelled as
select
    *,
    event_at::date as event_on,
    epoch_ms(event_at) - 28800000 as event_unix_ms,
    (row_number() over (partition by user_id, video_id order by event_at))::integer
        as nth_watch,
    12500 / video_duration_ms as long_view_threshold,
    watch_ratio > 12500 / video_duration_ms as is_long_view,
    watch_ratio > 1 as is_above_one
from watches;

create table training.interactions as
select
    user_id,
    video_id,
    (watch_ratio * video_duration_ms)::integer as play_duration_ms,
    video_duration_ms,
    watch_ratio,
    nth_watch,
    floor(ln(video_duration_ms) / ln(1.05))::integer as duration_bucket,
    long_view_threshold,
    (least(watch_ratio, 5) * 10000)::integer as clipped_watch_ratio_e4,
    event_unix_ms,
    event_at,
    event_on,
    event_on as partition_date,
    case when row_number() over (order by event_at) <= 3200 then 'train' else 'holdout' end
        as split,
    is_long_view,
    is_above_one
from labelled
order by user_id, event_at;

create table training.split_boundary as
select
    min(event_at) filter (where split = 'holdout') as boundary_at,
    min(event_on) filter (where split = 'holdout') as boundary_on,
    min(event_unix_ms) filter (where split = 'holdout') as boundary_unix_ms,
    count(*) as interaction_count,
    count(*) filter (where split = 'train') as train_count
from training.interactions;

create table training.long_view_thresholds as
select
    duration_bucket,
    duration_bucket as min_step,
    duration_bucket + 1 as end_step,
    min(video_duration_ms) as min_duration_ms,
    max(video_duration_ms) + 1 as max_duration_ms,
    count(*) as view_count,
    min(long_view_threshold) as watch_ratio_threshold
from training.interactions
group by all;

-- every pair of 20 users and 40 videos that the log does not have, some without time
create table training.dense_interactions as
with pairs as (
    select
        u::integer as user_id,
        v::integer as video_id,
        (hash(u, v, 5) % 10000) / 10000.0 as noise
    from range(20) as users(u)
    cross join range(40) as videos(v)
),

watched as (
    select
        pairs.user_id,
        pairs.video_id,
        profiles.video_duration_ms,
        (
            6000 + 5000 * pairs.noise
            + case
                when (pairs.user_id + profiles.first_tag_id) % 5 < 2 then 4000 else 0
            end
        )
        / profiles.video_duration_ms as watch_ratio
    from pairs
    inner join features.video_profiles as profiles on pairs.video_id = profiles.video_id
    anti join training.interactions as log
        on pairs.user_id = log.user_id and pairs.video_id = log.video_id
)

select
    user_id,
    video_id,
    (watch_ratio * video_duration_ms)::integer as play_duration_ms,
    video_duration_ms,
    watch_ratio,
    floor(ln(video_duration_ms) / ln(1.05))::integer as duration_bucket,
    12500 / video_duration_ms as long_view_threshold,
    case when hash(user_id, video_id) % 10 > 0 then 1594000000000 end as event_unix_ms,
    case when hash(user_id, video_id) % 10 > 0 then timestamp '2020-07-09 10:00:00' end
        as event_at,
    watch_ratio > 12500 / video_duration_ms as is_long_view
from watched;

create table training.als_confidences as
select
    user_id,
    video_id,
    count(*)::integer as watch_count,
    sum(greatest(watch_ratio, 0.001)::decimal(18, 6))::double as watch_ratio_sum,
    sum(clipped_watch_ratio_e4) / 10000 as clipped_watch_ratio_sum,
    (count(*) filter (where is_long_view))::integer as long_view_count
from training.interactions
where split = 'train'
group by all;

create view training.ranker_moments as
select
    split as dataset,
    user_id,
    video_id,
    event_at,
    event_on as as_of_date,
    video_duration_ms,
    watch_ratio,
    is_long_view,
    nth_watch,
    event_unix_ms,
    (nth_watch - 1)::float as pair_watch_count,
    long_view_threshold
from training.interactions
union all by name
select
    'dense' as dataset,
    dense.user_id,
    dense.video_id,
    dense.event_at,
    boundary.boundary_on as as_of_date,
    dense.video_duration_ms,
    dense.watch_ratio,
    dense.is_long_view,
    1 as nth_watch,
    dense.event_unix_ms,
    0 as pair_watch_count,
    dense.long_view_threshold
from training.dense_interactions as dense
cross join training.split_boundary as boundary;

create macro training.duration_step(duration_ms) as
cast(floor(ln(greatest(duration_ms, 1)) / ln(1.05)) as integer);

create macro training.long_view_steps() as table
select
    unnest(range(min_step, end_step)) as duration_step,
    watch_ratio_threshold
from training.long_view_thresholds;

create macro training.ranker_features(moments) as table
select
    moments.*,
    moments.user_id as "user code",
    profiles.first_tag_id as video_tag,
    profiles.author_id as video_author,
    moments.video_duration_ms::float as "length ""ms""",
    (hash(moments.user_id, profiles.first_tag_id) % 100)::float as user_tag_habit,
    extract('hour' from moments.event_at)::integer as hour_of_day
from query_table(moments) as moments
inner join features.video_profiles as profiles on moments.video_id = profiles.video_id;

-- every set is carried by the same model
create macro training.ranker_features_default(moments) as table
from training.ranker_features(moments);

create macro training.ranker_features_reference(moments) as table
from training.ranker_features(moments);

create view training.ranker_rows as
from training.ranker_features('training.ranker_moments');

create table training.feature_catalog as
from (
    values
    ('user code', 'categorical', 'static', 'x', ['reference', 'default'], false, ''),
    ('video_tag', 'categorical', 'static', 'x', ['reference', 'default'], false, ''),
    ('video_author', 'categorical', 'static', 'x', ['reference'], false, ''),
    ('length "ms"', 'numerical', 'static', 'x', ['reference', 'default'], false, ''),
    ('user_tag_habit', 'numerical', 'history', 'x', ['default'], false, ''),
    ('hour_of_day', 'numerical', 'context', 'x', ['reference', 'default'], false, ''),
    ('als_score', 'numerical', 'e', 'ml.embedding_features', ['default'], false, ''),
    ('als_user_tag_cosine', 'numerical', 'e', 'ml.embedding_features', ['default'], false, ''),
    ('als_user_author_cosine', 'numerical', 'e', 'ml.embedding_features', ['default'], false, ''),
    (
        'als_user_category_cosine', 'numerical', 'e', 'ml.embedding_features', ['default'],
        false, ''
    ),
    ('als_taste', 'numerical', 'e', 'ml.embedding_features', ['default'], false, ''),
    ('als_popularity', 'numerical', 'e', 'ml.embedding_features', ['default'], false, ''),
    ('play_margin', 'numerical', 'e', 'ml.embedding_features', ['default'], false, ''),
    ('play_taste', 'numerical', 'e', 'ml.embedding_features', ['default'], false, '')
) as t(
    feature_name, kind, feature_group, source_model, feature_sets, is_leaky, description
);

create table training.log_findings as
select
    1 as position,
    '' as finding,
    '' as severity,
    '' as message,
    '' as remedy
where false;

-- two days of train and the boundary
create table training.cutoffs as
with instants as (
    select
        cast(boundary_on - days as timestamp) as cutoff_at,
        false as is_boundary
    from training.split_boundary
    cross join unnest([2, 1]) as earlier (days)
    union all
    select boundary_at, true from training.split_boundary
)

select
    (row_number() over in_time - 1)::smallint as cutoff,
    cutoff_at,
    boundary_unix_ms - epoch_ms(boundary_at) + epoch_ms(cutoff_at) as cutoff_unix_ms,
    cutoff_at::date as as_of_date,
    lead(boundary_unix_ms - epoch_ms(boundary_at) + epoch_ms(cutoff_at)) over in_time
        as labels_until_unix_ms,
    is_boundary
from instants
cross join training.split_boundary
window in_time as (order by cutoff_at);

create table training.cutoff_videos as
select
    cutoffs.cutoff,
    profiles.video_id,
    count(log.user_id)::integer as view_count,
    count(log.user_id) filter (where days_ago <= 1)::integer as view_count_1d,
    count(log.user_id) filter (where days_ago <= 3)::integer as view_count_3d,
    count(log.user_id) filter (where days_ago <= 7)::integer as view_count_7d,
    count(log.user_id) filter (where is_long_view)::integer as long_view_count,
    count(log.user_id) filter (where is_long_view and days_ago <= 1)::integer
        as long_view_count_1d,
    count(log.user_id) filter (where is_long_view and days_ago <= 3)::integer
        as long_view_count_3d,
    count(log.user_id) filter (where is_long_view and days_ago <= 7)::integer
        as long_view_count_7d,
    count(log.user_id) filter (where watch_ratio > 1)::integer as above_one_count,
    count(log.user_id) filter (where watch_ratio > 1 and days_ago <= 1)::integer
        as above_one_count_1d,
    count(log.user_id) filter (where watch_ratio > 1 and days_ago <= 3)::integer
        as above_one_count_3d,
    count(log.user_id) filter (where watch_ratio > 1 and days_ago <= 7)::integer
        as above_one_count_7d,
    count(log.user_id) filter (where nth_watch = 1 and days_ago <= 3)::integer
        as first_view_count_3d,
    ((long_view_count + 4) / (view_count + 20))::float as long_view_share,
    ((long_view_count_7d + 4) / (view_count_7d + 20))::float as long_view_share_7d,
    ((above_one_count + 4) / (view_count + 20))::float as above_one_share,
    ((above_one_count_7d + 4) / (view_count_7d + 20))::float as above_one_share_7d,
    median(watch_ratio) as median_watch_ratio,
    min(log.event_at) as first_viewed_at,
    max(log.event_at) as last_viewed_at,
    max(days_ago) as days_since_first_view,
    min(days_ago) as days_since_last_view,
    profiles.uploaded_on,
    (cutoffs.as_of_date - profiles.uploaded_on)::integer as age_days,
    (view_count_1d + 1)::double as recent_rate,
    profiles.video_id % 10 <> 9 as is_alive,
    profiles.video_duration_ms
from training.cutoffs
cross join features.video_profiles as profiles
left join (
    select
        interactions.*,
        cutoffs.cutoff,
        (cutoffs.cutoff_unix_ms - interactions.event_unix_ms) / 86400000 as days_ago
    from training.interactions
    inner join training.cutoffs
        on
            interactions.split = 'train'
            and (
                cutoffs.is_boundary
                or interactions.event_unix_ms < cutoffs.cutoff_unix_ms
            )
) as log
    on cutoffs.cutoff = log.cutoff and profiles.video_id = log.video_id
where profiles.uploaded_on < cutoffs.as_of_date or log.cutoff is not null
group by all;

create table features.user_history as
select
    users.user_id,
    cutoffs.as_of_date,
    count(log.user_id)::integer as user_view_count,
    avg(log.is_long_view::integer)::float as user_share_long_view,
    avg((log.watch_ratio > 1)::integer)::float as user_share_above_one
from staging.stg_users as users
cross join training.cutoffs
left join training.interactions as log
    on users.user_id = log.user_id and log.event_on < cutoffs.as_of_date
group by all;

create table features.user_tag_history as
select
    log.user_id,
    profiles.first_tag_id,
    cutoffs.as_of_date,
    count(*)::integer as user_tag_view_count,
    avg(log.is_long_view::integer)::float as user_tag_share_long_view,
    avg((log.watch_ratio > 1)::integer)::float as user_tag_share_above_one
from training.interactions as log
inner join training.cutoffs on log.event_on < cutoffs.as_of_date
inner join features.video_profiles as profiles on log.video_id = profiles.video_id
group by all;

create table features.user_author_history as
select
    log.user_id,
    profiles.author_id,
    min(log.event_on) + 1 as valid_from,
    date '9999-12-31' as valid_to,
    1 as user_author_view_count,
    arg_min(log.is_long_view, log.event_at)::integer::float as user_author_share_long_view
from training.interactions as log
inner join features.video_profiles as profiles on log.video_id = profiles.video_id
group by log.user_id, profiles.author_id;

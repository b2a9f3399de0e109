-- rows of tests, laid out by hand: they must parse
-- sqlfluff:rules:CP01,CP02,CP03
-- A database as dbt run and training leave it, of any size, with made-up but plausible numbers.
-- Sizes come from the variables users, videos, views_per_user, candidates, dense_users.
create schema staging;
create schema features;
create schema training;

create table staging.data_source as
select
    'simulated' as kind, 'simulated KuaiRec (small, seed 42)' as label, 'small' as scale,
    42::bigint as seed, 'data/simulated' as data_dir;

create table staging.stg_users as
select
    i::integer as user_id,
    case hash(i) % 10 when 0 then 'high_active' when 1 then null else 'full_active' end
        as user_active_degree,
    false as is_lowactive_period, false as is_live_streamer, hash(i) % 6 = 0 as is_video_author,
    (hash(i) % 500)::integer as follow_user_num, (hash(i) % 20)::integer as fans_user_num,
    (hash(i) % 5)::integer as friend_user_num, (50 + hash(i) % 900)::integer as register_days,
from range(getvariable('users')) as t (i);

create table staging.stg_friendships as
select i::integer as user_id, ((i * 7 + 3) % getvariable('users'))::integer as friend_id
from range(getvariable('users')) as t (i) where i % 15 = 0;

create table staging.stg_video_tags as
select
    i::integer as video_id,
    case when hash(i) % 5 = 0 then [(hash(i) % 31)::integer, (hash(i + 1) % 31)::integer]
        else [(hash(i) % 31)::integer] end as tag_ids,
from range(getvariable('videos')) as t (i);

create table staging.stg_video_captions as
select
    i::integer as video_id,
    null::varchar as cover_text,
    case when i % 8 <> 0 then '今天' || i || E'好玩的\n视频 <b>&"' || i || '"</b> #日常' end as caption,
    []::varchar[] as topic_tags,
    (hash(i) % 39)::integer as first_level_category_id,
    ['颜值', '美食', '运动', '音乐', '宠物', '生活'][(1 + hash(i) % 6)::integer] as first_level_category_name,
from range(getvariable('videos')) as t (i);

create table features.video_profiles as
select
    i::integer as video_id,
    (i // 2)::integer as author_id,
    (hash(i) % 31)::integer as first_tag_id,
    (hash(i) % 39)::integer as first_level_category_id,
    (5000 + hash(i) % 20000)::integer as video_duration_ms,
    date '2020-03-30' + (i * 159 // getvariable('videos'))::integer as uploaded_on,
from range(getvariable('videos')) as t (i);

create table staging.stg_video_days as
select
    i::integer as video_id,
    date '2020-07-05' + d::integer as date,
    (1000 + hash(i, d) % 100000)::bigint as play_cnt,
    (play_cnt * 0.4)::bigint as complete_play_cnt,
    (play_cnt * 0.03)::bigint as like_cnt,
from range(getvariable('videos')) as t (i), range(0, 63, 2) as u (d);

create table training.split_boundary as
select
    timestamp '2020-08-30 00:12:00' as boundary_at, date '2020-08-30' as boundary_on,
    getvariable('users') * getvariable('views_per_user') as interaction_count,
    interaction_count * 8 // 10 as train_count;

create table training.long_view_thresholds as
select
    i::smallint as duration_bucket, 1000 * pow(1.6, i) as min_duration_ms,
    1000 * pow(1.6, i + 1) as max_duration_ms, 10000 as view_count,
    2.6 / (i + 0.4) as watch_ratio_threshold,
    floor(ln(min_duration_ms) / ln(1.05))::integer as min_step,
    floor(ln(max_duration_ms) / ln(1.05))::integer as end_step,
from range(1, 9) as t (i);

create table staging.stg_interactions as
with events as (
    select
        u::integer as user_id,
        floor(getvariable('videos') * pow((hash(u, n) % 100000) / 100000.0, 1.7))::integer as video_id,
        timestamp '2020-07-05 06:00:00' + to_milliseconds(
            ((n * 62.4 / getvariable('views_per_user')) * 86400000)::bigint
        ) as event_at,
        (300 * exp((hash(n, u) % 5000) / 1000.0))::integer as play_duration_ms,
    from range(getvariable('users')) as t (u), range(getvariable('views_per_user')) as s (n)
)

select
    e.*, v.video_duration_ms, e.play_duration_ms / v.video_duration_ms as watch_ratio,
    epoch_ms(e.event_at) - 28800000 as event_unix_ms, e.event_at::date as event_on,
    e.event_at::date as partition_date,
    row_number() over (partition by e.user_id, e.video_id order by e.event_at)::integer as nth_watch,
from events as e
inner join features.video_profiles as v on e.video_id = v.video_id
order by e.user_id, e.event_at;

create table training.interactions as
select
    i.*,
    case when i.event_at < timestamp '2020-08-30 00:12:00' then 'train' else 'holdout' end
        as split,
    round(least(i.watch_ratio, 5) * 10000)::integer as clipped_watch_ratio_e4,
    i.watch_ratio > 1 as is_above_one,
    i.play_duration_ms > 15000 as is_long_view,
    1::smallint as duration_bucket,
from staging.stg_interactions as i;

create table training.als_confidences as
select user_id, video_id, count(*) as watch_count
from training.interactions where split = 'train' group by all;

create table staging.stg_dense_interactions as
select
    i.user_id, i.video_id, i.play_duration_ms, i.video_duration_ms, i.watch_ratio,
    case when hash(i.user_id, i.video_id) % 25 > 0 then i.event_at end as event_at,
from (select distinct on (user_id, video_id) * from staging.stg_interactions
    where user_id < getvariable('dense_users')) as i;

create table training.log_findings as
select
    31 as position,
    'one_day' as finding,
    'warning' as severity,
    'The log is of one day.' as message,
    'Two days or more tell more.' as remedy;

create table staging.load_report as
select * from (values
    ('big_matrix.csv', 110000, 101500, 8490, 10, 300, 500, timestamp '2020-06-23 08:34:11',
        timestamp '2020-09-10 07:32:12'),
    ('small_matrix.csv', 9000, 9000, 0, 0, 60, 200, timestamp '2020-07-04 02:23:26',
        timestamp '2020-09-05 23:57:23'),
    ('user_features.csv', 300, 300, 0, 0, 300, null, null, null)
) as t (file, rows_read, rows_kept, rows_duplicate, rows_rejected, users, videos, first_event_at,
    last_event_at);

create table staging.column_formats as
select
    'big_matrix' as file, 'timestamp' as column_name, 'plain seconds' as format,
    'known of KuaiRec' as decided_by;

create table staging.rejected_rows as
select
    'big_matrix.csv' as file, (100 + i)::bigint as line_number, 'x,1,<script>' as line_content,
    'user_id' as column_name, 'not an integer' as reason,
from range(10) as t (i);

create table training.feature_catalog as
select
    f as feature_name, 'numerical' as kind, f[:5] as feature_group, 'features' as source_model,
    ['default'] as feature_sets, false as is_leaky, 'Share of ' || replace(f, '_', ' ') as description,
from unnest([
    'video_share_long_view', 'user_mean_log_play', 'user_tag_share_long_view', 'video_duration_ms',
    'user_view_count', 'als_score', 'author_mean_watch_ratio', 'video_age_days', 'event_hour',
    'friend_mean_watch_ratio', 'user_author_view_count', 'video_day_completion_ratio'
]) as t (f);

create table training.day_drift as
select
    date '2020-08-30' as event_on, 'holdout' as split, 300::bigint as event_count,
    0.5 as volume_ratio, 0.0 as new_user_share, 0.4 as new_video_share,
    1.61 as duration_psi_before, 0.02 as duration_psi_train,
    0.01 as ratio_psi_before, 0.02 as ratio_psi_train, 0.04 as null_share_change;

insert into ml.runs
select
    run_id, preset, started_at, started_at + interval 95 seconds,
    'simulated KuaiRec (small, seed 42)', true, 'data/simulated', 42,
    '{"als": {"factors": 64, "regularization": 0.1}, "ranker": {"num_leaves": 63, "rounds": 240}}',
    '{"train": 81200, "holdout": 20300, "dense": 9000, "users": 300, "videos": 500}',
    '{"load": 4.2, "candidates": 10.5, "ranker": 44.1, "evaluate": 21.0, "publish": 2.5}',
    '{"python": "3.11.7", "duckdb": "1.5.6", "lightgbm": "4.7.0", "threads": 2}', null,
from (values
    ('20261124T030000Z-reference', 'reference', timestamp '2026-11-24 03:00:00'),
    ('20261124T031500Z-default', 'default', timestamp '2026-11-24 03:15:00')
) as t (run_id, preset, started_at);

create or replace view ml.latest_run as
select * from ml.runs order by finished_at desc limit 1;

insert into ml.user_factors
select r.run_id, u.user_id, list_transform(
    range(128), x -> ((hash(u.user_id, x) % 2000) / 1000.0 - 1) * (x < 64)::integer
)::float[128]
from ml.runs as r, staging.stg_users as u;

insert into ml.video_factors
select r.run_id, v.video_id, list_transform(
    range(128), x -> ((hash(v.video_id, x, 9) % 2000) / 1000.0 - 1) * (x < 64)::integer
)::float[128]
from ml.runs as r, staging.stg_video_tags as v where v.video_id > 0;

insert into ml.candidates (run_id, user_id, rank, video_id, score, source)
select
    r.run_id, u.user_id, c::smallint,
    ((c * 13 + u.user_id * 31) % getvariable('videos'))::integer,
    1 / (c + 5), case when u.user_id % 20 = 0 then 'best_received' else 'als' end,
from ml.runs as r, staging.stg_users as u, range(1, getvariable('candidates') + 1) as t (c)
order by r.run_id, u.user_id, c;

insert into ml.recommendations
select
    run_id, user_id, row_number() over (partition by run_id, user_id order by s desc)::smallint,
    video_id, rank, score, source, 0.5 + s, 0.1 + 0.5 * s, 0.1 + 0.5 * s,
    0.1 + 0.5 * s, ln(0.1 + 0.5 * s), true, 3.5, 0.1,
from (
    select c.*, (hash(c.user_id, c.video_id, c.run_id) % 10000) / 10000.0 as s
    from ml.candidates as c
)
qualify row_number() over (partition by run_id, user_id order by s desc) <= 100
order by run_id, user_id, s desc;

insert into ml.predictions
select
    r.run_id, p.protocol, i.user_id, i.video_id, i.event_at, i.video_duration_ms, i.watch_ratio,
    i.play_duration_ms > 15000,
    least(i.watch_ratio, 3) * 0.5 + 0.3 + (hash(i.video_id) % 100) / 400.0,
    case when r.preset = 'default' then least(0.1 + i.watch_ratio / 5, 0.9) end,
    i.watch_ratio + (hash(i.video_id) % 100) / 50.0, i.watch_ratio + (hash(i.video_id) % 100) / 50.0,
from ml.runs as r, (values ('dense'), ('holdout')) as p (protocol),
    staging.stg_interactions as i
where case p.protocol when 'dense' then i.user_id < getvariable('dense_users')
    else i.event_at >= timestamp '2020-08-30 00:12:00' end;

create temp table models as
select * from (values
    ('dense', 'ranker', 0.32), ('dense', 'als', 0.26), ('dense', 'best_received', 0.21),
    ('dense', 'most_viewed', 0.16), ('dense', 'shortest_first', 0.15),
    ('dense', 'median_per_video', 0.19), ('dense', 'random', 0.15), ('dense', 'oracle', 0.45),
    ('holdout', 'ranker', 0.42), ('holdout', 'als', 0.34), ('holdout', 'best_received', 0.31),
    ('holdout', 'most_viewed', 0.28), ('holdout', 'shortest_first', 0.25),
    ('holdout', 'median_per_video', 0.29), ('holdout', 'random', 0.24), ('holdout', 'oracle', 0.6),
    ('end_to_end', 'two_stage', 0.062), ('end_to_end', 'als', 0.041),
    ('end_to_end', 'item_based', 0.039), ('end_to_end', 'best_received', 0.024),
    ('end_to_end', 'most_viewed', 0.021), ('end_to_end', 'most_viewed_1d', 0.03),
    ('end_to_end', 'front_0', 0.06), ('end_to_end', 'front_4', 0.05), ('end_to_end', 'random', 0.006),
    ('dense_end_to_end', 'two_stage', 0.34), ('dense_end_to_end', 'als', 0.27),
    ('dense_end_to_end', 'item_based', 0.25), ('dense_end_to_end', 'best_received', 0.2),
    ('dense_end_to_end', 'random', 0.15)
) as t (protocol, model, level);

insert into ml.metrics
select
    r.run_id, m.protocol, relevance, m.model, metric, k,
    v.value, v.value - 0.008, v.value + 0.008, getvariable('users'),
from ml.runs as r, models as m,
    (values ('watch_ratio_above_1', 1.9), ('long_view', 1)) as b (relevance, boost),
    (values ('ndcg', 1), ('precision', 0.9), ('recall', 0.3), ('map', 0.5), ('mrr', 1.2),
        ('hit_rate', 1.4)) as s (metric, size),
    unnest([5, 10, 20, 50, 100, 250]) as n (k),
    lateral (
        select least(m.level * boost * size * (1 + (ln(k) - 2) * (metric = 'recall')::integer), 0.98)
            + (r.preset = 'default' and m.model in ('ranker', 'two_stage'))::integer * 0.01 as value
    ) as v;

insert into ml.metrics
select
    r.run_id, p, 'none', m, metric, null, 0.3 + hash(m) % 10 / 40.0, 0.29 + hash(m) % 10 / 40.0,
    0.31 + hash(m) % 10 / 40.0, getvariable('users'),
from ml.runs as r, unnest(['dense', 'holdout']) as a (p),
    unnest(['ranker', 'median_per_video']) as b (m), unnest(['rmse', 'mae']) as c (metric);

insert into ml.metrics
select
    r.run_id, 'end_to_end', 'long_view', m, 'candidate_recall', k,
    ln(k) / 12 + hash(m) % 10 / 60.0, null, null, getvariable('users'),
from ml.runs as r, unnest(['als', 'item_based', 'most_viewed', 'best_received', 'blend']) as b (m),
    unnest([50, 100, 250, 500]) as n (k);

insert into ml.metrics
select
    r.run_id, 'end_to_end', 'none', m, metric, k, hash(m, metric) % 100 / 100.0, null, null,
    getvariable('users'),
from ml.runs as r, unnest(['two_stage', 'als', 'item_based', 'most_viewed', 'random']) as b (m),
    unnest(['coverage', 'gini', 'popularity_percentile', 'novelty', 'tag_diversity', 'alive_share',
        'age_days']) as c (metric),
    unnest([10, 100]) as n (k);

insert into ml.user_metrics
select
    r.run_id, m.protocol, rel, m.model, u.user_id, k, 20, least(x * 0.9, 1), least(x * 0.4, 1),
    least(x, 1), least(x * 0.6, 1), least(x * 1.2, 1), (x > 0.1)::integer,
from ml.runs as r, models as m, unnest(['watch_ratio_above_1', 'long_view']) as b (rel),
    staging.stg_users as u, unnest([5, 10, 20, 50, 100, 250]) as n (k),
    lateral (
        select
            m.level * (0.5 + (hash(u.user_id, m.model) % 1000) / 1000.0)
            + case when r.preset = 'default' and m.model in ('ranker', 'two_stage')
                then 0.02 + (hash(u.user_id, r.preset) % 1000) / 1e5 else 0 end as x
    ) as v;

insert into ml.metrics
select r.run_id, 'end_to_end_truth', 'long_view', m, 'true_chance', 10, v, v - 0.01, v + 0.01, 50,
from ml.runs as r, (values ('two_stage', 0.3), ('front_0', 0.25), ('front_4', 0.32),
    ('most_viewed_1d', 0.2), ('random', 0.17), ('oracle', 0.42), ('oracle_alive', 0.34)) as b (m, v);

insert into ml.user_errors
select
    r.run_id, p, m, u.user_id, 20,
    0.3 + (hash(u.user_id, m) % 100) / 1000.0
    - (r.preset = 'default' and m = 'ranker')::integer * (hash(u.user_id) % 100 + 1) / 5000.0 as mae,
    mae * 1.5, mae * 10, 0.6,
from ml.runs as r, unnest(['dense', 'holdout']) as a (p),
    unnest(['ranker', 'median_per_video']) as b (m), staging.stg_users as u;

insert into ml.comparisons
select
    a.run_id, a.protocol, a.relevance, a.metric, a.k, a.model, b.model, a.value - b.value,
    a.value - b.value - 0.01, a.value - b.value + 0.01, 0.62, 0.31, a.user_count,
from ml.metrics as a
inner join ml.metrics as b
    on a.run_id = b.run_id and a.protocol = b.protocol and a.relevance = b.relevance
        and a.metric = b.metric and a.k = b.k and a.model <> b.model
where a.model in ('ranker', 'two_stage') and a.metric in ('ndcg', 'precision', 'recall');

insert into ml.calibration
select
    r.run_id, p, h, b::smallint, 500, x, x * 1.05 + 0.01, x * 0.95,
from ml.runs as r, unnest(['dense', 'holdout']) as a (p),
    (values ('watch_ratio', 0.1), ('long_view', 0.03)) as c (h, step), range(20) as t (b),
    lateral (select 0.02 + b * step as x) as v
where h = 'watch_ratio' or r.preset = 'default';

insert into ml.feature_importances
select
    r.run_id, h, f.feature_name, 1e5 * pow(0.7, row_number() over ()) , 300,
    0.2 * pow(0.75, hash(f.feature_name, h) % 12),
from ml.runs as r, unnest(['watch_ratio', 'long_view']) as a (h), training.feature_catalog as f
where h = 'watch_ratio' or r.preset = 'default';

insert into ml.explanations
select
    c.run_id, c.user_id, c.video_id, f.feature_name,
    ((hash(c.video_id, f.feature_name) % 1000) / 1000.0)::varchar,
    ((hash(c.user_id, c.video_id, f.feature_name, 3) % 1000) / 1000.0 - 0.4)::float as contribution,
    row_number() over (
        partition by c.run_id, c.user_id, c.video_id order by abs(contribution) desc
    ) as position,
from ml.recommendations as c, training.feature_catalog as f
where c.rank <= 10
qualify position <= 8
order by c.run_id, c.user_id, c.video_id, position;

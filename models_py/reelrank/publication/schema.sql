-- The ml room: everything that training writes. One transaction per run fills all of it.
-- Every table but schema_version is keyed by run_id; ml.latest_run names the current run.
create schema if not exists ml;

-- one row: the layout of schema ml that this database was written with
create table if not exists ml.schema_version (version integer not null);

-- one row per finished training run; a run that is no longer kept whole (--keep-runs)
-- stays with its metrics (--keep-records)
create table if not exists ml.runs (
    run_id varchar primary key,     -- 20261124T031500Z-default: start in UTC, preset
    preset varchar not null,        -- reference, default, ...
    started_at timestamp not null,  -- UTC
    finished_at timestamp not null, -- UTC
    data_source varchar not null,   -- as in staging.data_source.label
    is_simulated boolean not null,
    data_dir varchar not null,
    seed integer not null,
    parameters json not null,       -- the preset as used, validated values included
    row_counts json not null,       -- {"train": ..., "holdout": ..., "users": ...}
    durations json not null,        -- {"stage": seconds, ...}, in order
    versions json not null,         -- reelrank, code (digest), commit, python, duckdb ...
    test_opened_count integer       -- runs here that showed dense_test so far
);
alter table ml.runs add column if not exists test_opened_count integer;

-- one row per (run, user) that ALS knows; zero-padded to 128, which changes no product
-- or cosine
create table if not exists ml.user_factors (
    run_id varchar not null,
    user_id integer not null,
    factors float[128] not null
);

-- one row per (run, video) that ALS knows
create table if not exists ml.video_factors (
    run_id varchar not null,
    video_id integer not null,
    factors float[128] not null
);

-- one row per (run, entity, id): the vectors behind the embedding features, knowing
-- all of train. entity_id is the key of the other schemas, shown_id what people call it
create table if not exists ml.embedding_vectors (
    run_id varchar not null,
    entity varchar not null,        -- user, video, tag ... of ALS; play_user ...
    entity_id integer not null,
    vector float[] not null,
    shown_id varchar
);

alter table ml.embedding_vectors add column if not exists shown_id varchar;

-- one row per (run, user, rank): stage 1, at most 500 per user, watched videos excluded
create table if not exists ml.candidates (
    run_id varchar not null,
    user_id integer not null,
    rank smallint not null,         -- 1 = best
    video_id integer not null,
    score float not null,           -- of the source that proposed it
    source varchar not null,        -- of a union, the one that ranks it best
    trending_rank smallint,         -- of a union: its place in each source's share
    trending_score float,           -- and its score there
    als_alive_rank smallint,
    als_alive_score float,
    trending_to_end_rank smallint,
    trending_to_end_score float,
    content_rank smallint,
    content_score float,
    trending_taste_rank smallint,
    trending_taste_score float
);

-- one row per (run, user, rank): the list shown, 100 per user, stage 1 and stage 2
-- together
create table if not exists ml.recommendations (
    run_id varchar not null,
    user_id integer not null,
    rank smallint not null,
    video_id integer not null,
    candidate_rank smallint not null,
    candidate_score float not null,
    candidate_source varchar not null,
    predicted_watch_ratio float not null,
    predicted_long_view float,      -- probability; null where the preset has no such head
    ranking_score float not null,   -- what the list is sorted by, descending
    list_score float,               -- of a union: the list ranker, of views to come ...
    log_chance float,               -- ... and log chance of a long view if shown
    is_alive boolean,               -- still shown at the boundary, by its own pace
    days_since_first_view double,
    days_since_last_view double
);

-- one row per (run, protocol, evaluated event): what the ranker said and what happened
create table if not exists ml.predictions (
    run_id varchar not null,
    protocol varchar not null,      -- dense, holdout
    user_id integer not null,
    video_id integer not null,
    event_at timestamp,             -- local time; null for the dense rows without time
    video_duration_ms integer not null,
    watch_ratio double not null,
    is_long_view boolean not null,
    predicted_watch_ratio float not null,
    predicted_long_view float,
    score_watch_ratio float not null, -- orders the list for watch_ratio_above_1
    score_long_view float not null  -- orders the list for long_view
);

-- one row per (run, protocol, relevance, model, metric, k)
create table if not exists ml.metrics (
    run_id varchar not null,
    protocol varchar not null,      -- dense, dense_test, holdout, end_to_end ...
    relevance varchar not null,     -- watch_ratio_above_1, long_view; errors: none
    model varchar not null,         -- two_stage, ranker, als, shortest_first ...
    metric varchar not null,        -- ndcg, recall, true_chance, mae, coverage ...
    k integer,                      -- null where the metric has no cut-off
    value double not null,
    ci_low double,                  -- 95 % bootstrap over users
    ci_high double,
    user_count integer              -- users averaged over
);

-- one row per (run, protocol, relevance, metric, k, model, baseline): paired on the
-- same users
create table if not exists ml.comparisons (
    run_id varchar not null,
    protocol varchar not null,
    relevance varchar not null,
    metric varchar not null,
    k integer,
    model varchar not null,
    baseline varchar not null,
    difference double not null,     -- mean over users of model - baseline
    ci_low double not null,
    ci_high double not null,
    share_helped double not null,   -- users with difference > 0
    share_hurt double not null,     -- users with difference < 0
    user_count integer not null
);

-- one row per (run, protocol, relevance, model, user, k)
create table if not exists ml.user_metrics (
    run_id varchar not null,
    protocol varchar not null,
    relevance varchar not null,
    model varchar not null,
    user_id integer not null,
    k smallint not null,
    relevant_count integer not null,
    precision float not null,
    recall float not null,
    ndcg float not null,
    map float not null,
    mrr float not null,
    hit_rate float not null
);

-- one row per (run, protocol, model, user): errors of the predicted watch_ratio
create table if not exists ml.user_errors (
    run_id varchar not null,
    protocol varchar not null,      -- dense, holdout (each pair once)
    model varchar not null,         -- ranker, median_per_video, global_median
    user_id integer not null,
    row_count integer not null,
    mae double not null,
    rmse double not null,
    mae_seconds double,             -- of the predicted play time
    gxauc double                    -- pairs whose play times are in order
);
alter table ml.user_errors add column if not exists mae_seconds double;
alter table ml.user_errors add column if not exists gxauc double;

-- one row per (run, protocol, head, bin): predicted against observed, bins of equal size
create table if not exists ml.calibration (
    run_id varchar not null,
    protocol varchar not null,
    head varchar not null,          -- watch_ratio, long_view
    bin smallint not null,
    row_count integer not null,
    mean_predicted double not null,
    mean_observed double not null,
    median_observed double not null
);

-- one row per (run, head, feature)
create table if not exists ml.feature_importances (
    run_id varchar not null,
    head varchar not null,
    feature varchar not null,
    gain double not null,           -- total loss reduction of the splits on it
    split_count integer not null,
    mean_abs_shap double            -- over the explained recommendations, model scale
);

-- one row per (run, user, video, feature): largest SHAP contributions of recommended
-- videos
create table if not exists ml.explanations (
    run_id varchar not null,
    user_id integer not null,
    video_id integer not null,
    feature varchar not null,
    feature_value varchar,
    contribution float not null,    -- on the scale of the ranking head
    position smallint not null      -- 1 = largest absolute contribution
);

-- one row per (run, head): the LightGBM text model
create table if not exists ml.models (
    run_id varchar not null,
    head varchar not null,
    round_count integer not null,
    starts_from varchar,            -- embedding column that the trees add to
    -- on the last days of train: nDCG@10 of long views, or minus the MAE of watch_ratio
    start_score double,             -- of only the start
    trees_score double,             -- with the trees: left out if they do not help
    model_text varchar not null,
    start_scale double,             -- of a list head: weight of the starting order
    chance_weight double            -- and of log_chance in the order shown
);

-- one row per (run, model that was fitted): what the fit took
create table if not exists ml.costs (
    run_id varchar not null,
    model varchar not null,         -- als, two_tower, ranker, two_stage
    fit_minutes double not null,
    cpu_minutes double not null,    -- of all cores together
    peak_mb double not null,        -- of the whole process meanwhile, data included
    size_mb double not null         -- of vectors, trees or weights as they are stored
);

-- one row per (backtest, relevance, schedule, day), and one for all days together; apart
-- from the runs, and kept
create table if not exists ml.backtest (
    backtest_id varchar not null,   -- 20261124T031500Z-default: end in UTC, preset
    preset varchar not null,
    data_source varchar not null,
    is_simulated boolean not null,
    relevance varchar not null,     -- watch_ratio_above_1, long_view
    judged_on date,                 -- null: all days
    schedule varchar not null,      -- daily, weekly, warm; most_viewed_1d
    trained_on date,                -- the day before which its trees know all; null: none
    metric varchar not null,
    k integer not null,
    value double not null,
    ci_low double not null,         -- 95 % bootstrap over users
    ci_high double not null,
    user_count integer not null,
    cost double not null,           -- value of daily less this one, on the same users
    cost_low double not null,
    cost_high double not null,
    seconds double                  -- of making the lists of that day
);

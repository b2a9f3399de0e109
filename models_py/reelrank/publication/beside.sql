-- tables of schema ml that came after its first layout; ids have the types they have in
-- the others

-- one row per (run, relevance, model, user, k) of protocol end_to_end_truth, simulated
-- data only: the mean true chance of the first k listed videos
create table if not exists ml.user_chances as
select
    run_id,
    protocol,
    relevance,
    model,
    user_id,
    k,
    cast(null as float) as true_chance
from ml.user_metrics
where false;

-- one row per (run, model) that `reelrank judge` put beside the models of the run
create table if not exists ml.judged_models (
    run_id varchar not null,
    model varchar not null,
    judged_at timestamp not null,   -- UTC
    kind varchar not null,          -- scores, lists: what the file held
    row_count bigint not null,      -- of the file
    coverage json not null,         -- {"dense": 1.0, ...}: share of what is asked for
    protocols varchar[] not null    -- where it was judged
);

-- one row per (run, model, protocol, user, video) of what a judged model said: all of
-- protocols dense and holdout, and the first 100 of each list of the catalogue
-- (end_to_end)
create table if not exists ml.judged_scores as
select
    run_id,
    cast(null as varchar) as model,
    protocol,
    user_id,
    video_id,
    cast(null as smallint) as rank, -- of lists only
    score_long_view as score
from ml.predictions
where false;

-- one row per (run, relevance, model, way): the share of a model's first ten that users
-- like, by the dense answers (way dense) and as ways to tell from the log alone say
create table if not exists ml.offline_values (
    run_id varchar not null,
    relevance varchar not null,
    model varchar not null,
    way varchar not null,           -- dense, holdout, ips, doubly_robust ...
    value double not null,
    ci_low double not null,         -- 95 % bootstrap over users
    ci_high double not null
);

-- one row per (run, relevance, way, model, other): a difference as the way says, and as
-- the dense answers say
create table if not exists ml.offline_differences (
    run_id varchar not null,
    relevance varchar not null,
    way varchar not null,
    model varchar not null,
    other varchar not null,
    difference double not null,     -- model minus other, paired over users
    ci_low double not null,
    ci_high double not null,
    dense_difference double not null,
    dense_low double not null,
    dense_high double not null
);

-- one row per (run, relevance, way): how far it can be trusted
create table if not exists ml.offline_verdicts (
    run_id varchar not null,
    relevance varchar not null,
    way varchar not null,
    model_count integer not null,
    spearman double,                -- rank correlation with the dense answers
    kendall double,
    pair_count integer not null,
    right_count integer not null,   -- both significant, the same model
    wrong_count integer not null,   -- both significant, another model
    missed_count integer not null,  -- only the dense answers are significant
    rash_count integer not null,    -- only the way is
    level_coverage double,          -- intervals that hold the dense value
    difference_coverage double      -- intervals that hold the dense difference
);

-- one row per (run, experiment) of `reelrank experiment`: policies that served the dense
-- users, the first of them the control
create table if not exists ml.experiments (
    run_id varchar not null,
    name varchar not null,
    made_at timestamp not null,     -- UTC
    policies varchar[] not null,
    days integer not null,          -- the last of the dense matrix
    per_day integer not null,       -- videos that a user takes on a day, at most
    salt integer not null           -- of the hash that assigns users
);

-- one row per (run, experiment, arm, metric): values per served video
create table if not exists ml.experiments_arms (
    run_id varchar not null,
    name varchar not null,
    arm integer not null,           -- 0 is the control
    policy varchar not null,
    metric varchar not null,        -- long_views, watch_seconds, skips
    user_count integer not null,
    mean double not null,           -- of the users of the arm
    spread double not null,
    mean_of_all double not null     -- had the policy served everyone: known here
);

-- one row per check of an experiment
create table if not exists ml.experiments_checks (
    run_id varchar not null,
    name varchar not null,
    check_name varchar not null,    -- sample ratio, A/A, detectable before the start
    metric varchar,
    arm integer,
    value double not null,
    p_value double,
    is_passed boolean not null
);

-- one row per (run, experiment, arm, metric, method): the arm minus the control
create table if not exists ml.experiments_effects (
    run_id varchar not null,
    name varchar not null,
    arm integer not null,
    metric varchar not null,
    method varchar not null,        -- welch, cuped; known: all users under both policies
    spread double not null,
    difference double not null,
    ci_low double not null,
    ci_high double not null,
    p_value double not null
);

-- one row per (run, experiment, arm, day): the look after that day
create table if not exists ml.experiments_days (
    run_id varchar not null,
    name varchar not null,
    arm integer not null,
    day integer not null,
    metric varchar not null,
    difference double not null,
    z double not null,
    bound double not null,          -- of |z|, keeps the error rate over all looks
    is_stopped boolean not null     -- on that day or before
);

-- one row per (run, experiment, arm): team-draft interleaving with the control
create table if not exists ml.experiments_interleaved (
    run_id varchar not null,
    name varchar not null,
    arm integer not null,
    user_count integer not null,
    difference double not null,     -- long views per video, the arm's minus the control's
    ci_low double not null,
    ci_high double not null,
    p_value double not null,
    users_needed double not null,   -- for 80 % power
    users_needed_in_arms double not null, -- the same of two arms
    users_needed_with_cuped double not null
);

-- empty results, with the columns of the tables of the same names in schema ml
create or replace temp table run_metrics (
    run_id varchar not null,
    protocol varchar not null,
    relevance varchar not null,
    model varchar not null,
    metric varchar not null,
    k integer,
    value double not null,
    ci_low double,
    ci_high double,
    user_count integer
);

create or replace temp table run_comparisons (
    run_id varchar not null,
    protocol varchar not null,
    relevance varchar not null,
    metric varchar not null,
    k integer,
    model varchar not null,
    baseline varchar not null,
    difference double not null,
    ci_low double not null,
    ci_high double not null,
    share_helped double not null,
    share_hurt double not null,
    user_count integer not null
);

create or replace temp table run_user_metrics (
    run_id varchar not null,
    protocol varchar not null,
    relevance varchar not null,
    model varchar not null,
    user_id integer not null,
    k smallint not null,
    relevant_count integer not null -- and a column for each of METRICS
);

create or replace temp table run_user_chances (
    run_id varchar not null,
    protocol varchar not null,
    relevance varchar not null,
    model varchar not null,
    user_id integer not null,
    k smallint not null,
    true_chance float not null
);

create or replace temp table run_user_errors (
    run_id varchar not null,
    protocol varchar not null,
    model varchar not null,
    user_id integer not null,
    row_count integer not null,
    mae double not null,
    rmse double not null,
    mae_seconds double,
    gxauc double
);

create or replace temp table run_calibration (
    run_id varchar not null,
    protocol varchar not null,
    head varchar not null,
    bin smallint not null,
    row_count integer not null,
    mean_predicted double not null,
    mean_observed double not null,
    median_observed double not null
);

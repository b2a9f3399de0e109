-- empty, with the columns of ml.metrics
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
)

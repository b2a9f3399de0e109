-- empty, with the columns of ml.comparisons
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
)

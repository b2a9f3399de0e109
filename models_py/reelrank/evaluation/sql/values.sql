-- empty; one row per (protocol, relevance, model, metric, k, user): averaged with
-- intervals
create or replace temp table judge_values (
    protocol varchar,
    relevance varchar,
    model varchar,
    metric varchar,
    k integer,
    user_id integer,
    value double
)

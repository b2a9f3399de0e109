-- empty, with the columns of ml.user_metrics, in double precision
create or replace temp table run_user_metrics (
    run_id varchar not null,
    protocol varchar not null,
    relevance varchar not null,
    model varchar not null,
    user_id integer not null,
    k smallint not null,
    relevant_count integer not null,
    precision double not null,
    recall double not null,
    ndcg double not null,
    map double not null,
    mrr double not null,
    hit_rate double not null
)

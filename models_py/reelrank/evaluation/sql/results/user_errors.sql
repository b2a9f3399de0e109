-- empty, with the columns of ml.user_errors
create or replace temp table run_user_errors (
    run_id varchar not null,
    protocol varchar not null,
    model varchar not null,
    user_id integer not null,
    row_count integer not null,
    mae double not null,
    rmse double not null
)

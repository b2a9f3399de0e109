-- empty, with the columns of ml.calibration
create or replace temp table run_calibration (
    run_id varchar not null,
    protocol varchar not null,
    head varchar not null,
    bin smallint not null,
    row_count integer not null,
    mean_predicted double not null,
    mean_observed double not null,
    median_observed double not null
)

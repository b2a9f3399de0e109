-- vectors of users of a published run, with the keys of the tables
create or replace temp table run_user_factors as
select
    main.user_key(user_id) as user_id,
    factors
from ml.user_factors
where run_id = $run_id

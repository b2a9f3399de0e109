-- one row per (model, k, user) of what a run published of a protocol and relevance, in
-- that order, with the keys of the tables
select
    * exclude (run_id, protocol, relevance)
    replace (main.user_key(user_id) as user_id)
from query_table($source)
where
    run_id = $run_id
    and protocol = $protocol
    and relevance = $relevance
    and model <> $name
order by model, k, user_id

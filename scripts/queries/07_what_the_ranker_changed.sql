-- What did the second stage change?
-- Where the final top 10 came from in the first stage's list of up to 500. If nearly
-- all came from the first places, the ranker would have little to say.
with listed as (
    select
        r.candidate_rank,
        r.candidate_source
    from ml.recommendations as r
    inner join ml.latest_run as l on r.run_id = l.run_id
    where r.rank <= 10
)

select
    case
        when candidate_rank <= 10 then '  1 to  10'
        when candidate_rank <= 50 then ' 11 to  50'
        when candidate_rank <= 100 then ' 51 to 100'
        when candidate_rank <= 250 then '101 to 250'
        else '251 to 500'
    end as place_in_first_stage,
    count(*) as videos_in_top_10,
    round(count(*) / sum(count(*)) over (), 3) as share,
    mode(candidate_source) as usual_source,
    (select s.label from staging.data_source as s) as data
from listed
group by place_in_first_stage
order by min(candidate_rank);

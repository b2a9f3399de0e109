-- one row per (relevance, user, k) of one proposer: share of what the user then liked
-- that is among the first k candidates; videos that could not be proposed count as missed
insert into judge_values by name
with cutoffs as (
    select unnest($cutoffs) as k
),

relevances as (
    select unnest(['watch_ratio_above_1', 'long_view']) as relevance
),

relevant as (
    select
        asked.relevance,
        wanted.user_id,
        wanted.video_id
    from judge_wanted as wanted
    cross join relevances as asked
    where if(asked.relevance = 'long_view', wanted.is_long_view, wanted.is_liked)
),

found as (
    select
        relevant.relevance,
        relevant.user_id,
        cutoffs.k,
        count(*) as found_count
    from relevant
    inner join run_candidates as candidates
        on
            relevant.user_id = candidates.user_id
            and relevant.video_id = candidates.video_id
    inner join cutoffs on candidates.rank <= cutoffs.k
    where candidates.model = $model
    group by all
)

select
    counts.protocol,
    counts.relevance,
    $model as model,
    'candidate_recall' as metric,
    cutoffs.k,
    counts.user_id,
    coalesce(found.found_count, 0) / counts.relevant_count as value
from judge_relevant as counts
cross join cutoffs
left join found
    on
        counts.relevance = found.relevance
        and counts.user_id = found.user_id
        and cutoffs.k = found.k
where counts.protocol = 'end_to_end'

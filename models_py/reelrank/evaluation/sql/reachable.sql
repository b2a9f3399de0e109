-- one row per (relevance, user): share of what the user then liked that any list could
-- hold
insert into judge_values by name
with relevances as (
    select unnest(['watch_ratio_above_1', 'long_view']) as relevance
),

relevant as (
    select
        asked.relevance,
        wanted.user_id,
        catalogue.video_id is not null as is_reachable
    from judge_wanted as wanted
    cross join relevances as asked
    left join judge_catalogue as catalogue on wanted.video_id = catalogue.video_id
    where if(asked.relevance = 'long_view', wanted.is_long_view, wanted.is_liked)
)

select
    'end_to_end' as protocol,
    relevance,
    'catalogue' as model,
    'candidate_recall' as metric,
    null as k,
    user_id,
    count(*) filter (is_reachable) / count(*) as value
from relevant
group by relevance, user_id

-- one row per relevant entry of the current model's lists: its rank, and how many so far
create or replace temp table judge_hits as
with relevances as (
    select unnest($relevances) as relevance
),

entries as (
    select
        judge_top.protocol,
        asked.relevance,
        judge_top.user_id,
        judge_top.rank
    from judge_top
    cross join relevances as asked
    where
        case asked.relevance
            when 'long_view' then judge_top.is_long_view
            else judge_top.is_liked
        end
)

select
    *,
    row_number() over (
        partition by protocol, relevance, user_id order by rank
    ) as hit_number
from entries

-- one row per (protocol, relevance): mean nDCG@10 of one score, users without any left out
with relevances as (
    select
        protocol,
        user_id,
        video_id,
        score,
        'long_view' as relevance,
        is_long_view as is_relevant
    from scored_rows
    union all
    select
        protocol,
        user_id,
        video_id,
        score,
        'watch_ratio_above_1' as relevance,
        watch_ratio > 1 as is_relevant
    from scored_rows
),

ranked as (
    select
        *,
        row_number() over (
            partition by protocol, relevance, user_id
            order by score desc, hash(video_id, user_id) asc, video_id asc
        ) as rank,
        sum(is_relevant::integer) over (partition by protocol, relevance, user_id)
            as relevant_count
    from relevances
),

per_user as (
    select
        protocol,
        relevance,
        user_id,
        sum(is_relevant::integer / log2(rank + 1)) as gain,
        sum(1 / log2(rank + 1)) filter (where rank <= relevant_count) as ideal
    from ranked
    where relevant_count > 0 and rank <= 10
    group by all
)

select
    protocol,
    relevance,
    avg(gain / ideal) as ndcg
from per_user
group by all
order by all

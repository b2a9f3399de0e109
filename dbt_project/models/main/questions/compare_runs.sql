-- run b minus run a, paired on the same users; each run is a run_id or a preset's name.
-- Models of equal value in both runs, the baselines, are left out; mae has no k.
{{ config(parameters=['a', 'b', 'k := 10']) }}
with runs as (
    select
        arg_max(r.run_id, r.finished_at) filter (a in (r.run_id, r.preset)) as run_a,
        arg_max(r.run_id, r.finished_at) filter (b in (r.run_id, r.preset)) as run_b
    from {{ source('ml', 'runs') }} as r
    where {{ latest_run_id() }} is not null
),

differing as (
    select
        m.protocol,
        m.relevance,
        m.model
    from {{ source('ml', 'metrics') }} as m
    where
        m.k = k
        and m.metric in ('ndcg', 'precision', 'recall')
        and m.run_id in (select unnest([r.run_a, r.run_b]) from runs as r)
    group by m.protocol, m.relevance, m.model, m.metric
    having count(*) = 2 and min(m.value) < max(m.value)
),

metrics as (
    select unnest(['ndcg', 'precision', 'recall']) as metric
),

ranked as (
    select
        x.protocol,
        x.relevance,
        x.model,
        metrics.metric,
        cast(
            case metrics.metric
                when 'ndcg' then x.ndcg
                when 'precision' then x.precision
                else x.recall
            end as double
        ) as a_value,
        cast(
            case metrics.metric
                when 'ndcg' then y.ndcg
                when 'precision' then y.precision
                else y.recall
            end as double
        ) as b_value
    from {{ source('ml', 'user_metrics') }} as x
    inner join {{ source('ml', 'user_metrics') }} as y
        on
            x.protocol = y.protocol
            and x.relevance = y.relevance
            and x.model = y.model
            and x.user_id = y.user_id
    cross join metrics
    where
        x.run_id = (select r.run_a from runs as r)
        and y.run_id = (select r.run_b from runs as r)
        and x.k = k
        and y.k = k
        and (x.protocol, x.relevance, x.model) in (
            select (d.protocol, d.relevance, d.model) from differing as d
        )
),

paired as (
    select
        r.*,
        r.b_value - r.a_value as gain
    from ranked as r

    union all by name

    -- of an error, less is better
    select
        x.protocol,
        'none' as relevance,
        x.model,
        'mae' as metric,
        x.mae as a_value,
        y.mae as b_value,
        x.mae - y.mae as gain
    from {{ source('ml', 'user_errors') }} as x
    inner join {{ source('ml', 'user_errors') }} as y
        on x.protocol = y.protocol and x.model = y.model and x.user_id = y.user_id
    where
        x.run_id = (select r.run_a from runs as r)
        and y.run_id = (select r.run_b from runs as r)
        and x.model = 'ranker'
),

summed as (
    select
        p.protocol,
        p.relevance,
        p.model,
        p.metric,
        avg(p.a_value) as a_mean,
        avg(p.b_value) as b_mean,
        avg(p.b_value - p.a_value) as difference,
        avg(p.gain) as gain,
        1.96 * stddev_samp(p.gain) / sqrt(count(*)) as half_width,
        avg(cast(p.gain > 0 as integer)) as share_helped,
        avg(cast(p.gain < 0 as integer)) as share_hurt,
        count(*) as users
    from paired as p
    group by p.protocol, p.relevance, p.model, p.metric
)

select
    s.protocol,
    s.relevance,
    s.model,
    s.metric,
    round(s.a_mean, 4) as a_value,
    round(s.b_mean, 4) as b_value,
    round(s.difference, 4) as difference,
    round(s.difference - s.half_width, 4) as ci_low,
    round(s.difference + s.half_width, 4) as ci_high,
    round(s.share_helped, 3) as share_helped,
    round(s.share_hurt, 3) as share_hurt,
    s.users,
    case
        when s.gain > s.half_width then 'b better'
        when -s.gain > s.half_width then 'a better'
        else 'no difference shown'
    end as verdict,
    (
        select string_agg(distinct r.data_source, ' and ')
        from {{ source('ml', 'runs') }} as r
        where r.run_id in (select unnest([c.run_a, c.run_b]) from runs as c)
    ) as data
from summed as s
order by
    s.metric asc,
    s.protocol asc,
    s.relevance asc,
    abs(s.difference) desc,
    s.model asc

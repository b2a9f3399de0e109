-- every run that is on record, the last published first, with what it was made from and
-- its headline; is_whole: its lists and vectors are kept, too
{{ config(parameters=['k := 10']) }}
with headlines as (
    select
        m.run_id,
        max(m.value) filter (m.relevance = 'long_view') as long_view_ndcg,
        max(m.ci_low) filter (m.relevance = 'long_view') as long_view_low,
        max(m.ci_high) filter (m.relevance = 'long_view') as long_view_high,
        max(m.value) filter (m.relevance = 'watch_ratio_above_1') as above_one_ndcg
    from {{ source('ml', 'metrics') }} as m
    where
        m.protocol = 'end_to_end'
        and m.model = 'two_stage'
        and m.metric = 'ndcg'
        and m.k = k
    group by m.run_id
),

whole as (
    select distinct l.run_id from {{ source('ml', 'recommendations') }} as l
)

select
    r.run_id,
    r.preset,
    r.finished_at,
    r.data_source as data,
    r.seed,
    round(h.long_view_ndcg, 4) as long_view_ndcg,
    round(h.long_view_low, 4) as long_view_low,
    round(h.long_view_high, 4) as long_view_high,
    round(h.above_one_ndcg, 4) as above_one_ndcg,
    json_extract_string(r.versions, '$.reelrank') as version,
    json_extract_string(r.versions, '$.code') as code,
    json_extract_string(r.versions, '$.commit') as commit,
    r.parameters,
    w.run_id is not null as is_whole
from {{ source('ml', 'runs') }} as r
left join headlines as h on r.run_id = h.run_id
left join whole as w on r.run_id = w.run_id
where {{ latest_run_id() }} is not null
order by r.finished_at desc, r.run_id desc

-- what stage 1 proposed for a user, and where stage 2 put it
{{ config(parameters=['user_id', 'k := 20']) }}
select
    c.rank,
    c.video_id,
    v.caption,
    v.tags,
    v.duration_s,
    c.source,
    round(c.score, 4) as score,
    r.rank as final_rank
from {{ source('ml', 'candidates') }} as c
left join {{ ref('videos') }} as v on c.video_id = v.video_id
left join {{ source('ml', 'recommendations') }} as r
    on
        c.run_id = r.run_id
        and c.user_id = r.user_id
        and c.video_id = r.video_id
        and r.user_id = main.as_user_id(user_id)
where
    c.run_id = {{ latest_run_id() }}
    and c.user_id = main.as_user_id(user_id)
    and c.rank <= k
order by c.rank

-- why the ranker put this video where it is: its largest contributions, for the top of
-- each list
{{ config(parameters=['user_id', 'video_id']) }}
select
    e.position,
    e.feature,
    {{ readable('e.feature_value') }} as feature_value,
    round(e.contribution, 4) as contribution,
    case when e.contribution > 0 then 'up' else 'down' end as pushes,
    c.description,
from {{ source('ml', 'explanations') }} as e
left join {{ ref('feature_catalog') }} as c on e.feature = c.feature_name
where
    e.run_id = {{ latest_run_id() }}
    and e.user_id = user_id
    and e.video_id = video_id
order by e.position

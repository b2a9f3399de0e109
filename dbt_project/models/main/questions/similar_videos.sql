-- the videos whose ALS vectors point most nearly in the same direction
{{ config(parameters=['video_id', 'k := 10']) }}
with nearest as (
    {{ nearest('video') }}
)

select
    row_number() over (order by n.cosine desc, n.video_id asc) as rank,
    n.video_id,
    v.caption,
    v.tags,
    v.duration_s,
    round(n.cosine, 4) as cosine
from nearest as n
left join {{ ref('videos') }} as v on n.video_id = v.video_id
order by rank

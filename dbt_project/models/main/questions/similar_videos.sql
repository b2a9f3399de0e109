-- the videos whose ALS vectors point most nearly in the same direction
{{ config(parameters=['video_id', 'k := 10']) }}
with vectors as (
    select
        f.video_id,
        f.factors
    from {{ source('ml', 'video_factors') }} as f
    where f.run_id = {{ latest_run_id() }}
),

nearest as (
    select
        other.video_id,
        array_cosine_similarity(other.factors, this.factors) as cosine
    from vectors as this
    inner join vectors as other on this.video_id <> other.video_id
    where this.video_id = main.as_video_id(video_id)
    order by cosine desc, other.video_id asc
    limit k
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

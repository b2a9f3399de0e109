-- what a person wants to see of a video: a view that every answer about videos joins.
-- All columns are qualified: the parameter video_id of a macro would take the place of a
-- bare video_id even in here
with captions as (
    select
        s.video_id,
        regexp_replace(trim(coalesce(s.caption, s.cover_text)), '\s+', ' ', 'g') as words,
        s.first_level_category_name
    from {{ ref('stg_video_captions') }} as s
)

select
    main.video_shown(p.video_id) as video_id,
    left(c.words, 36) || case when length(c.words) > 36 then '…' else '' end as caption,
    main.tags_shown(coalesce(t.tag_ids, [])) as tags,
    c.first_level_category_name as category,
    round(p.video_duration_ms / 1000, 1) as duration_s,
    main.author_shown(p.author_id) as author_id,
    p.uploaded_on
from {{ ref('video_profiles') }} as p
left join {{ ref('stg_video_tags') }} as t on p.video_id = t.video_id
left join captions as c on p.video_id = c.video_id

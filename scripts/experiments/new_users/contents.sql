-- what audience_for takes of each video taken out
select
    video_id as video,
    video_duration_ms / 1000 as duration_s,
    first_level_category_id as category,
    first_tag_id as tag,
    author_id as author,
    concat_ws(' ', captions.caption, captions.cover_text) as caption
from features.video_profiles
left join staging.stg_video_captions as captions using (video_id)
where video_id in (select taken_out.video_id from taken_out)
order by video_id

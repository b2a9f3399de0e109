-- what audience_for takes of each video taken out
select
    profiles.video_id as video,
    profiles.video_duration_ms / 1000 as duration_s,
    profiles.first_level_category_id as category,
    profiles.first_tag_id as tag,
    profiles.author_id as author,
    concat_ws(' ', captions.caption, captions.cover_text) as caption
from features.video_profiles as profiles
left join staging.stg_video_captions as captions
    on profiles.video_id = captions.video_id
where profiles.video_id in (select taken_out.video_id from taken_out)
order by profiles.video_id

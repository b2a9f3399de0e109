-- one row per video with its texts and categories; null where unknown (UNKNOWN, -124)
{{ config(meta={'rests_on': ['kuairec_caption_category']}) }}
with typed as (
    select * from {{ ref('typed_video_captions') }}
    where problem is null
)

select {{ all_but(['line_content', 'line_number', 'file_path', 'problem']) }}
from typed
qualify row_number() over (partition by video_id order by line_number) = 1
order by video_id

-- one row per record of kuairec_caption_category.csv, typed; problem: why it is not kept
-- depends_on: {{ ref('id_keys') }}
{%- set levels = [
    'first_level_category', 'second_level_category', 'third_level_category',
] %}

with texts as (
    {{ lines_as_texts('kuairec_caption_category') }}
),

typed as (
    select
        {{ id_key('video', 'text.video_id') }} as video_id,
        {{ null_if_unknown('text.manual_cover_text') }} as cover_text,
        {{ null_if_unknown('text.caption') }} as caption,
        {{ text_list('text.topic_tag') }} as topic_tags,
        {%- for level in levels %}
        {{ whole_number('text.' ~ level ~ '_id') }} as {{ level }}_code,
        nullif({{ level }}_code, -124) as {{ level }}_id,
        {{ null_if_unknown('text.' ~ level ~ '_name') }} as {{ level }}_name,
        {%- endfor %}
        texts.*
    from texts
)

select
    video_id,
    cover_text,
    caption,
    topic_tags,
    {%- for level in levels %}
    {{ level }}_id,
    {{ level }}_name,
    {%- endfor %}
    line_content,
    line_number,
    file_path,
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when video_id is null or video_id < 0 then {{ id_problem('video_id', 'video') }}
        when {{ is_unreadable('text.topic_tag', 'topic_tags') }}
            then {{ problem('topic_tag', 'not a list like [a,b]') }}
        {%- for level in levels %}
        when {{ is_unreadable('text.' ~ level ~ '_id', level ~ '_code') }}
            then {{ problem(level ~ '_id', 'not a whole number') }}
        {%- endfor %}
    end as problem
from typed

-- one row per (video_id, date); statistics of that whole day, known when it is over
{{ config(
    materialized='incremental', unique_key='date',
    meta={'rests_on': ['item_daily_features']}
) }}
-- depends_on: {{ ref('file_days') }}
{%- set properties = [
    'author_id', 'video_type', 'uploaded_on', 'upload_type', 'visible_status',
    'video_duration_ms', 'video_width', 'video_height', 'music_id', 'video_tag_id',
    'video_tag_name',
] %}
{%- set counters = [] %}
{%- for column in video_day_count_columns() %}
{%- do counters.append(staged_name(column)) %}
{%- endfor %}

with typed as (
    select
        *,
        problem is not null as is_faulty
    from {{ ref('typed_video_days') }}
    where {{ is_of_built_part('item_daily_features') }}
),

-- of several rows of a day: the most complete, then the most shown, then the first.
-- Faulty lines come last and are dropped afterwards: a filter on them here would be
-- pushed into the typing, which would then be done twice for every field
ranked as (
    select
        *,
        row_number() over (
            partition by video_id, date
            order by
                is_faulty asc,
                {{ filled_count(properties + counters) }} desc,
                show_cnt desc nulls last,
                line_number
        ) as choice,
        count_if(not is_faulty) over (partition by video_id, date) as copy_count
    from typed
)

select
    video_id,
    date,
    author_id::integer as author_id,
    video_type,
    uploaded_on,
    upload_type,
    visible_status,
    video_duration_ms::integer as video_duration_ms,
    video_width::integer as video_width,
    video_height::integer as video_height,
    music_id,
    video_tag_id::integer as video_tag_id,
    video_tag_name,
    {%- for column in counters %}
    {{ column }},
    {%- endfor %}
    copy_count::integer as copy_count
from ranked
where choice = 1 and not is_faulty and {{ is_built('date') }}
{{ stored_by('video_id, date') }}

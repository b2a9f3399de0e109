-- one row per (video_id, event_on); the sums that histories of the video, its author, tag
-- and category are made of
{{ config(materialized='incremental', unique_key='event_on') }}
{{ day_sums(
    ['video_id', 'author_id', 'first_tag_id', 'first_level_category_id'],
    more={'train_view_count': 'count(*) filter (where is_in_train)'}
) }}

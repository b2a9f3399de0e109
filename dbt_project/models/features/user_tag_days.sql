-- one row per (user_id, first_tag_id, event_on); the sums that the user's history with
-- the tag is made of
{{ config(materialized='incremental', unique_key='event_on') }}
{{ day_sums(['user_id', 'first_tag_id']) }}

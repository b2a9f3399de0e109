-- one row per (user_id, duration_class, event_on); the sums that the user's history with
-- this length class is made of
{{ config(materialized='incremental', unique_key='event_on') }}
{{ day_sums(['user_id', 'duration_class']) }}

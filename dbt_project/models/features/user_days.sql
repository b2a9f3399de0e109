-- one row per (user_id, event_on); the sums that the user's histories are made of
{{ config(materialized='incremental', unique_key='event_on') }}
{{ day_sums(['user_id'], more={
    'skip_count': 'count(*) filter (where is_skip)',
    'squared_log_play_e8':
        'cast(sum(cast(log_play_seconds_e4 as bigint) * log_play_seconds_e4) as ' ~ wide_integer() ~ ')',
}) }}

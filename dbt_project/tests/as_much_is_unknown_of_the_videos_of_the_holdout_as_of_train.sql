-- Tags, authors or categories went missing, or appeared.
{{ config(severity='warn') }}

select * from {{ ref('day_drift') }}
where split = 'holdout' and null_share_change > {{ var('drift_max_null_change') }}

-- Far more or fewer events than usual: is the log complete, or did the product change?
{{ config(severity='warn') }}

select * from {{ ref('day_drift') }}
where
    split = 'holdout'
    and greatest(volume_ratio, 1 / volume_ratio) > {{ var('drift_max_volume_ratio') }}

-- Other videos, or other behaviour, than what the models learned from.
{{ config(severity='warn') }}

select * from {{ ref('day_drift') }}
where
    split = 'holdout'
    and greatest(
        duration_psi_train, ratio_psi_train, duration_psi_before, ratio_psi_before
    ) > {{ var('drift_max_psi') }}

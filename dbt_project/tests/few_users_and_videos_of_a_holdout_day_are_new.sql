-- Of new users and videos the models know nothing: train more often, see recommend_for.
{{ config(severity='warn') }}

select * from {{ ref('day_drift') }}
where
    split = 'holdout'
    and greatest(new_user_share, new_video_share) > {{ var('drift_max_new_share') }}

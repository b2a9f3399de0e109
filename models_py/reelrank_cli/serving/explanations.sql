-- one row per (user_id, video_id, position) of run $run_id
select
    e.user_id,
    e.video_id,
    e.feature,
    main.feature_shown(e.feature, e.feature_value) as feature_value,
    round(cast(e.contribution as double), 5) as contribution
from ml.explanations as e
where e.run_id = $run_id
order by e.user_id, e.video_id, e.position

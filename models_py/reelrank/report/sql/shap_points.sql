-- one row per sampled (recommendation, feature): its contribution, and how high the
-- value was among the values of that feature (null for codes); the 12 features of
-- largest mean contribution
with ranked as (
    select
        feature,
        max(mean_abs_shap) as mean_abs_shap
    from ml.feature_importances
    where run_id = $run_id and mean_abs_shap > 0
    group by feature
    order by mean_abs_shap desc, feature asc
    limit 12
),

points as (
    select
        e.feature,
        ranked.mean_abs_shap,
        e.contribution,
        main.feature_shown(e.feature, e.feature_value) as feature_value,
        case
            when c.kind = 'numerical' and e.feature_value is not null
                then percent_rank() over (
                    partition by e.feature order by try_cast(e.feature_value as double)
                )
        end as value_rank,
        hash(e.user_id, e.video_id, e.feature) as draw
    from ml.explanations as e
    inner join ranked on e.feature = ranked.feature
    left join training.feature_catalog as c on e.feature = c.feature_name
    where e.run_id = $run_id
)

select
    feature,
    mean_abs_shap,
    contribution,
    feature_value,
    value_rank,
    draw % 1000 / 1000 as jitter
from points
qualify row_number() over (partition by feature order by draw) <= 120
order by mean_abs_shap desc, feature asc, draw asc

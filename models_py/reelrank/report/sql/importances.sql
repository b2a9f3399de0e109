-- one row per (head, feature): the 20 strongest of each head, by share of gain
with shares as (
    select
        i.head,
        i.feature,
        c.feature_group,
        c.description,
        i.gain / nullif(sum(i.gain) over (partition by i.head), 0) as gain_share,
        i.mean_abs_shap
    from ml.feature_importances as i
    left join training.feature_catalog as c on i.feature = c.feature_name
    where i.run_id = $run_id
)

select *
from shares
where gain_share > 0
qualify row_number() over (partition by head order by gain_share desc, feature asc) <= 20
order by head asc, gain_share desc, feature asc

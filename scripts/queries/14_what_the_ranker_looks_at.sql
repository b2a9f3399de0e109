-- What does the ranker look at?
-- Share of the loss reduction per group of features and head, with the strongest of
-- each group.
with gains as (
    select
        i.head,
        coalesce(c.feature_group, 'not in the catalog') as feature_group,
        i.feature,
        i.gain / sum(i.gain) over (partition by i.head) as share
    from ml.feature_importances as i
    inner join ml.latest_run as l on i.run_id = l.run_id
    left join training.feature_catalog as c on i.feature = c.feature_name
)

select
    head,
    feature_group,
    count(*) as features,
    round(sum(share), 4) as share_of_gain,
    arg_max(feature, share) as strongest,
    (select s.label from staging.data_source as s) as data
from gains
group by head, feature_group
order by head asc, share_of_gain desc, feature_group asc;

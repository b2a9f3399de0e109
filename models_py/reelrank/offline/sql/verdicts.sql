-- one row per (relevance, way): agreement with the dense answers, over models and over
-- pairs of models
insert into ml.offline_verdicts by name
with beside_dense as (
    select
        ways.relevance,
        ways.way,
        ways.value,
        ways.ci_low,
        ways.ci_high,
        dense.value as dense_value
    from ml.offline_values as ways
    inner join ml.offline_values as dense
        on
            ways.run_id = dense.run_id
            and ways.relevance = dense.relevance
            and ways.model = dense.model
            and dense.way = 'dense'
    where ways.run_id = $run_id and ways.way <> 'dense'
),

ranked as (
    select
        *,
        rank() over (partition by relevance, way order by value) as way_rank,
        rank() over (partition by relevance, way order by dense_value) as dense_rank
    from beside_dense
),

models as (
    select
        relevance,
        way,
        count(*) as model_count,
        corr(way_rank, dense_rank) as spearman,
        avg(cast(dense_value between ci_low and ci_high as integer)) as level_coverage
    from ranked
    group by relevance, way
),

compared as (
    select
        *,
        ci_low * ci_high > 0 as is_found,
        dense_low * dense_high > 0 as is_true,
        difference * dense_difference > 0 as is_alike
    from ml.offline_differences
    where run_id = $run_id
),

pairs as (
    select
        relevance,
        way,
        count(*) as pair_count,
        avg(sign(difference) * sign(dense_difference)) as kendall,
        count(*) filter (is_found and is_true and is_alike) as right_count,
        count(*) filter (is_found and is_true and not is_alike) as wrong_count,
        count(*) filter (is_true and not is_found) as missed_count,
        count(*) filter (is_found and not is_true) as rash_count,
        avg(cast(dense_difference between ci_low and ci_high as integer))
            as difference_coverage
    from compared
    group by relevance, way
)

select
    $run_id as run_id,
    models.*,
    pairs.* exclude (relevance, way)
from models
inner join pairs on models.relevance = pairs.relevance and models.way = pairs.way
order by models.relevance asc, pairs.kendall desc

-- one row per event of train and holdout and per pair of the dense matrix, with every
-- feature known as of its day

with moments as (
    select * from {{ ref('ranker_moments') }}
    where {{ is_built('as_of_date') }}
),

ranker_rows as (
    {{ ranker_features('moments') }}
)

select * from ranker_rows

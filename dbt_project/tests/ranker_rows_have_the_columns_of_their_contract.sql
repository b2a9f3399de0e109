-- The keys, answers and moments under their names and types, each feature of the catalog
-- as its kind is stored, and nothing else. A dbt contract would have to name every
-- feature twice; the vectors' features are computed in training and are in no row here.
with promised as (
    select * from (
        values
        ('dataset', 'VARCHAR'),
        ('user_id', 'INTEGER'),
        ('video_id', 'INTEGER'),
        ('event_at', 'TIMESTAMP'),
        ('event_on', 'DATE'),
        ('as_of_date', 'DATE'),
        ('event_unix_ms', 'BIGINT'),
        ('video_duration_ms', 'INTEGER'),
        ('watch_ratio', 'DOUBLE'),
        ('is_long_view', 'BOOLEAN'),
        ('long_view_threshold', 'DOUBLE'),
        ('nth_watch', 'INTEGER')
    ) as columns (column_name, data_type) -- noqa: AL05
),

features as (
    select
        feature_name as column_name,
        case kind when 'categorical' then 'INTEGER' else 'FLOAT' end as data_type
    from {{ ref('feature_catalog') }}
    where source_model not like 'ml.%'
),

expected as (
    select * from promised
    union
    select * from features
),

found as (
    {{ columns_of(ref('ranker_rows')) }}
)

select
    column_name,
    expected.data_type as expected_type,
    found.data_type as found_type
from expected
full join found using (column_name)
where expected.data_type is distinct from found.data_type

-- Joining the features neither loses nor repeats an event.

with expected as (
    select
        split as dataset,
        count(*) as row_count
    from {{ ref('interactions') }}
    group by all

    union all

    select
        'dense' as dataset,
        count(*) as row_count
    from {{ ref('dense_interactions') }}
    having count(*) > 0
),

found as (
    select
        dataset,
        count(*) as row_count
    from {{ ref('ranker_rows') }}
    group by all
)

select
    dataset,
    expected.row_count as expected_rows,
    found.row_count as found_rows
from expected
full join found using (dataset)
where expected.row_count is distinct from found.row_count

-- More than var max_rejected_share of a file's rows could not be kept: see rejected_rows.
-- Clocks far from the rest do not count: the others are as good without them.
select * from {{ ref('load_report') }}
where rows_rejected - rows_of_broken_clocks > {{ var('max_rejected_share') }} * rows_read

-- More than var max_rejected_share of a file's rows could not be kept: see rejected_rows.
select * from {{ ref('load_report') }}
where rows_rejected > {{ var('max_rejected_share') }} * rows_read

-- Each row of each file is accounted for. The rows read are counted on the bare lines.
select * from {{ ref('load_report') }}
where rows_read != rows_kept + rows_duplicate + rows_rejected

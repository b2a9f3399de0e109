-- Some rows could not be kept: see rejected_rows. Few are no reason to stop.
{{ config(severity='warn') }}

select * from {{ ref('load_report') }}
where rows_rejected > 0

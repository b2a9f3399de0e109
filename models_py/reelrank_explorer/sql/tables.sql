-- tables and views, with their columns
select
    schema_name || '.' || table_name as table_name,
    string_agg(column_name, ', ' order by column_index) as column_names
from duckdb_columns()
where
    not internal
    and schema_name in ('staging', 'features', 'training', 'ml', 'main')
group by schema_name, table_name
order by schema_name, table_name

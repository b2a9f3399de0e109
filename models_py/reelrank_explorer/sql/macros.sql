-- questions of the database, and how they are asked
select
    function_name || '(' || array_to_string(parameters, ', ') || ')' as macro,
    comment as what
from duckdb_functions()
where schema_name = 'main' and function_type = 'table_macro' and not internal
order by function_name

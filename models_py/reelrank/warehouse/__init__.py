"""The DuckDB file: opening it, checking that it is ready, reading the SQL kept beside modules."""

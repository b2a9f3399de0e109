-- one row per line of small_matrix.csv; every column text, nothing decided
{{ csv_rows('small_matrix', numbered=false) }}

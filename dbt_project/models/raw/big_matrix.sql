-- one row per line of big_matrix.csv; every column text, nothing decided
{{ csv_rows('big_matrix', numbered=false) }}

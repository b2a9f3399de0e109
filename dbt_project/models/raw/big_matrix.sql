-- one row per line of big_matrix.csv; every column text, nothing decided
{{ config(meta={'rests_on': ['big_matrix']}) }}
{{ csv_rows('big_matrix', numbered=false) }}

-- one row per line of small_matrix.csv; every column text, nothing decided
{{ config(meta={'rests_on': ['small_matrix']}) }}
{{ csv_rows('small_matrix', numbered=false) }}

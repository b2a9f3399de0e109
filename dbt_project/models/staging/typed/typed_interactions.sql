-- one row per line of big_matrix.csv, typed; problem says why a line cannot be kept
{{ config(meta={'rests_on': ['big_matrix']}) }}
{{ typed_events('big_matrix') }}

-- one row per line of big_matrix.csv, typed; problem says why a line cannot be kept
{{ typed_events('big_matrix') }}

-- one row per line of small_matrix.csv, typed; problem says why a line cannot be kept
{{ typed_events('small_matrix') }}

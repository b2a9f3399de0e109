-- one row per line of social_network.csv; every column text, nothing decided
{{ csv_rows('social_network') }}

-- one row per line of social_network.csv; every column text, nothing decided
{{ config(meta={'rests_on': ['social_network']}) }}
{{ csv_rows('social_network') }}

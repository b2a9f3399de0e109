-- one row per line of item_categories.csv; every column text, nothing decided
{{ config(meta={'rests_on': ['item_categories']}) }}
{{ csv_rows('item_categories') }}

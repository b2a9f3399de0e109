-- one row per record of kuairec_caption_category.csv; every column text
{{ config(meta={'rests_on': ['kuairec_caption_category']}) }}
{{ csv_records('kuairec_caption_category') }}

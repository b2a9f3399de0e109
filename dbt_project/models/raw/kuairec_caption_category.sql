-- one row per record of kuairec_caption_category.csv; every column text
{{ csv_records('kuairec_caption_category') }}

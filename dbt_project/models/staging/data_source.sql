-- one row: what the files are, printed beside every number
{{ config(meta={'rests_on': []}) }}
{%- set facts = source_facts() if execute else {} %}

select
    {{ sql_text(facts.get('kind')) }}::string as kind,
    {{ sql_text(facts.get('label')) }}::string as label,
    {{ sql_text(facts.get('scale')) }}::string as scale,
    {{ sql_text(facts.get('seed')) }}::bigint as seed,
    {{ sql_text(facts.get('data_dir')) }}::string as data_dir

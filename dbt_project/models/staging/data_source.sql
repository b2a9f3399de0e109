-- one row: what the files are, printed beside every number
{{ config(meta={'rests_on': []}) }}
{%- set facts = source_facts() if execute else {} %}

select
    {{ sql_text(facts.get('kind')) }}::varchar as kind,
    {{ sql_text(facts.get('label')) }}::varchar as label,
    {{ sql_text(facts.get('scale')) }}::varchar as scale,
    {{ sql_text(facts.get('seed')) }}::bigint as seed,
    {{ sql_text(facts.get('data_dir')) }}::varchar as data_dir

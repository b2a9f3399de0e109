{#- The folder the files are read from. -#}
{% macro data_folder() -%}
    {%- set asked = var('data_dir') or env_var('REELRANK_DATA_DIR', '') -%}
    {%- if asked -%}
        {{ return(asked if asked == '/' else asked.rstrip('/')) }}
    {%- endif -%}
    {%- set real = file_of('big_matrix', 'data/KuaiRec') -%}
    {{ return('data/KuaiRec' if real else 'data/simulated') }}
{%- endmacro %}


{#- Text of a small file of the source, none where it is absent. -#}
{% macro text_of(file_name) -%}
    {%- if not execute -%} {{ return(none) }} {%- endif -%}
    {{ return(small_text(data_folder() ~ '/' ~ file_name)) }}
{%- endmacro %}


{#- What the source is: kind (simulated, kuairec, own), label, scale, seed, data_dir. What a
    run has found of its files is kept in dbt's graph, which lives as long as the run. -#}
{% macro source_facts() -%}
    {%- if 'source facts' in graph -%} {{ return(graph['source facts']) }} {%- endif -%}
    {%- set folder = data_folder() -%}
    {%- set simulated = text_of('SIMULATED.json') -%}
    {%- set known = text_of('SOURCE.json') -%}
    {%- set facts = fromjson(simulated or known or '{}') -%}
    {%- if facts is not mapping -%}
        {{ refuse(
            folder ~ '/' ~ ('SIMULATED.json' if simulated else 'SOURCE.json') ~ ' is no JSON object',
            'write the source again, or remove that file if these are your own logs'
        ) }}
    {%- endif -%}
    {%- if simulated is not none -%}
        {%- set kind = 'simulated' -%}
        {%- set label = 'simulated KuaiRec (' ~ facts.get('scale', 'unknown scale')
            ~ ', seed ' ~ facts.get('seed', 'unknown') ~ ')' -%}
    {%- elif ((facts.get('source') or '') | string).lower().startswith('kuairec') -%}
        {%- set kind = 'kuairec' -%}
        {%- set label = facts['source'] -%}
    {%- else -%}
        {%- set kind = 'own' -%}
        {%- set label = 'own logs (' ~ folder.split('/')[-1] ~ ')' -%}
    {%- endif -%}
    {%- set found = {
        'kind': kind, 'label': label, 'data_dir': folder,
        'scale': facts.get('scale'), 'seed': facts.get('seed'),
    } -%}
    {%- if execute -%} {%- do graph.update({'source facts': found}) -%} {%- endif -%}
    {{ return(found) }}
{%- endmacro %}


{#- Whether the files are own logs, whose formats have to be found first. -#}
{% macro is_own_source() -%}
    {{ return(source_facts()['kind'] == 'own') }}
{%- endmacro %}

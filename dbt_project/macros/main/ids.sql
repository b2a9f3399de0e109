{#-
    Between the ids that people know and the keys of the tables, for every answer. Where ids
    are whole numbers both are the same, and DuckDB sees nothing of these macros but the id.

    as_user_id(asked) is an id as schema ml has it, user_key(asked) its key in the other
    schemas, user_shown(a_key) the id of a key.
-#}
{% macro create_id_macros() %}
    {%- for entity in ['user', 'video', 'author', 'tag'] %}
        {%- if ids_are_numbers(entity) %}
        create or replace macro main.as_{{ entity }}_id(asked) as try_cast(asked as integer);
        create or replace macro main.{{ entity }}_key(asked) as try_cast(asked as integer);
        create or replace macro main.{{ entity }}_shown(a_key) as a_key;
        {%- else %}
        create or replace macro main.as_{{ entity }}_id(asked) as cast(asked as varchar);
        create or replace macro main.{{ entity }}_key(asked) as (
            select k.key from staging.id_keys as k
            where k.entity = '{{ entity }}' and k.id = cast(asked as varchar)
        );
        create or replace macro main.{{ entity }}_shown(a_key) as (
            select k.id from staging.id_keys as k
            where k.entity = '{{ entity }}' and k.key = a_key
        );
        {%- endif %}
    {%- endfor %}

    {%- if ids_are_numbers('tag') %}
    create or replace macro main.tags_shown(keys) as keys;
    {%- else %}
    create or replace macro main.tags_shown(keys) as (
        select coalesce(list(k.id order by listed.place), [])
        from (
            select unnest(keys) as tag_key, generate_subscripts(keys, 1) as place
        ) as listed
        inner join staging.id_keys as k on k.entity = 'tag' and listed.tag_key = k.key
    );
    {%- endif %}

    create or replace macro main.feature_shown(feature, feature_value) as
    case
        {%- for column, entity in {'author_id': 'author', 'first_tag_id': 'tag',
            'second_tag_id': 'tag', 'user_id': 'user', 'video_id': 'video'}.items()
            if not ids_are_numbers(entity) %}
        when feature = '{{ column }}'
            then main.{{ entity }}_shown(try_cast(try_cast(feature_value as double) as integer))
        {%- endfor %}
        when true then feature_value
    end;
{% endmacro %}


{#-
    Schema ml has the ids that people know. Where those of this log are of another type than
    those of the log before it, a table is emptied: its rows are of other people.
-#}
{% macro align_result_ids() %}
    {%- set found = run_query(
        "select table_name, string_agg(column_name || ' ' || data_type) from duckdb_columns()"
        ~ " where database_name = current_database() and schema_name = 'ml'"
        ~ " and column_name in ('user_id', 'video_id') group by table_name"
    ) if execute else none -%}
    {%- set wanted = {} -%}
    {%- for entity in ['user', 'video'] -%}
        {%- do wanted.update({entity ~ '_id': 'INTEGER' if ids_are_numbers(entity) else 'VARCHAR'}) -%}
    {%- endfor -%}
    {%- for table_name, columns in (found.rows if found else []) -%}
        {%- set others = [] -%}
        {%- for column, data_type in wanted.items()
                if column in columns and column ~ ' ' ~ data_type not in columns -%}
            {%- do others.append('null::' ~ data_type ~ ' as ' ~ column) -%}
        {%- endfor -%}
        {%- if others %}
        create or replace table ml.{{ table_name }} as
        select * replace ({{ others | join(', ') }}) from ml.{{ table_name }} where false;
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

-- one row per line of user_features.csv, typed; problem says why a line cannot be kept
-- depends_on: {{ ref('id_keys') }}
{%- set flags = ['is_lowactive_period', 'is_live_streamer', 'is_video_author'] %}
{%- set counts = [
    'follow_user_num', 'fans_user_num', 'friend_user_num', 'register_days',
] %}
{%- set codes = [] %}
{%- for number in range(18) %}{% do codes.append('onehot_feat' ~ number) %}{% endfor %}

with texts as (
    {{ lines_as_texts('user_features') }}
),

typed as (
    select
        {{ id_key('user', 'text.user_id') }} as user_id,
        {{ null_if_unknown('text.user_active_degree') }} as user_active_degree,
        {%- for column in flags %}
        {{ yes_or_no('text.' ~ column) }} as {{ column }},
        {%- endfor %}
        {%- for column in counts %}
        {{ whole_number('text.' ~ column) }} as {{ column }},
        {{ null_if_unknown('text.' ~ column ~ '_range') }} as {{ column }}_range,
        {%- endfor %}
        {%- for column in codes %}
        {{ whole_number('text.' ~ column) }} as {{ column }},
        {%- endfor %}
        texts.*
    from texts
)

select
    {{ all_but(['text', 'field_count', 'expected_field_count']) }},
    case
        when field_count != expected_field_count then {{ field_count_problem() }}
        when user_id is null or user_id < 0 then {{ id_problem('user_id', 'user') }}
        {%- for column in flags %}
        when {{ is_unreadable('text.' ~ column, column) }}
            then {{ problem(column, 'neither 0 nor 1') }}
        {%- endfor %}
        {%- for column in counts + codes %}
        when {{ is_unreadable('text.' ~ column, column) }} or {{ column }} < 0
            then {{ problem(column, 'not a whole number, 0 or more') }}
        {%- endfor %}
    end as problem
from typed

-- one row per line that could not be kept, with the first reason why
{{ config(post_hook="{{ keep_unreadable_lines() }}") }}
-- depends_on: {{ ref('file_lines') }}
-- depends_on: {{ ref('stg_interactions') }}
-- depends_on: {{ ref('stg_dense_interactions') }}
-- depends_on: {{ ref('stg_video_days') }}
{%- set files = {
    'user_features': ref('typed_users'),
    'item_categories': ref('typed_video_tags'),
    'kuairec_caption_category': ref('typed_video_captions'),
    'social_network': ref('typed_friendships'),
} %}
{%- set large_files = {
    'big_matrix': (ref('typed_interactions'), ref('stg_interactions')),
    'small_matrix': (ref('typed_dense_interactions'), ref('stg_dense_interactions')),
    'item_daily_features': (ref('typed_video_days'), ref('stg_video_days')),
} %}
{#- A large file of which every line was kept is not read again, nor are parts of it that
    are as they were. #}
{%- for file, (typed, staged) in large_files.items() %}
{%- if lines_are_missing(file, staged) %}{% do files.update({file: typed}) %}{% endif %}
{%- endfor %}

{%- for file, typed in files.items() %}
{{ 'union all' if not loop.first }}
select
    '{{ file }}' as file,
    file_path,
    line_number,
    {{ kept_text('line_content') }} as line_content,
    problem.*
from {{ typed }}
where problem is not null and {{ is_read_for_rejected_rows() }}
{%- endfor %}
{%- if builds_changes() %}
union all
select *
from {{ this }}
where not {{ is_read_for_rejected_rows() }}
{%- endif %}

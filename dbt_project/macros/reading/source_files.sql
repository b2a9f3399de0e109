{#-
    The seven files of KuaiRec: their columns in order, and the columns without which a
    file cannot be read at all. KuaiRec itself must have every column; own logs only the
    keys.
-#}
{% macro source_files() -%}
    {%- set matrix = [
        'user_id', 'video_id', 'play_duration', 'video_duration', 'time', 'date',
        'timestamp', 'watch_ratio',
    ] -%}
    {%- set ranges = ['follow_user_num', 'fans_user_num', 'friend_user_num', 'register_days'] -%}
    {%- set users = [
        'user_id', 'user_active_degree', 'is_lowactive_period', 'is_live_streamer',
        'is_video_author',
    ] -%}
    {%- for column in ranges -%}
        {%- do users.extend([column, column ~ '_range']) -%}
    {%- endfor -%}
    {%- for number in range(18) -%}
        {%- do users.append('onehot_feat' ~ number) -%}
    {%- endfor -%}
    {{ return({
        'big_matrix': {
            'columns': matrix,
            'keys': ['user_id', 'video_id', 'play_duration', 'video_duration', 'timestamp'],
        },
        'small_matrix': {
            'columns': matrix,
            'keys': ['user_id', 'video_id', 'play_duration', 'video_duration'],
        },
        'user_features': {'columns': users, 'keys': ['user_id']},
        'item_categories': {'columns': ['video_id', 'feat'], 'keys': ['video_id', 'feat']},
        'item_daily_features': {
            'columns': video_day_text_columns() + video_day_count_columns(),
            'keys': ['video_id', 'date'],
        },
        'social_network': {
            'columns': ['user_id', 'friend_list'], 'keys': ['user_id', 'friend_list'],
        },
        'kuairec_caption_category': {
            'columns': [
                'video_id', 'manual_cover_text', 'caption', 'topic_tag',
                'first_level_category_id', 'first_level_category_name',
                'second_level_category_id', 'second_level_category_name',
                'third_level_category_id', 'third_level_category_name',
            ],
            'keys': ['video_id'],
        },
    }) }}
{%- endmacro %}


{#- Columns of a file that hold numbers with marks, by which the marks are found. -#}
{% macro number_columns(name) -%}
    {{ return({
        'big_matrix': ['play_duration', 'video_duration', 'timestamp', 'watch_ratio'],
        'small_matrix': ['play_duration', 'video_duration', 'timestamp', 'watch_ratio'],
        'item_daily_features': ['video_duration'] + video_day_count_columns(),
    }.get(name, [])) }}
{%- endmacro %}


{#- Columns of ids, and whose they are; a * behind it: lists of such ids. -#}
{% macro id_columns() -%}
    {{ return({
        'big_matrix': {'user_id': 'user', 'video_id': 'video'},
        'small_matrix': {'user_id': 'user', 'video_id': 'video'},
        'user_features': {'user_id': 'user'},
        'item_categories': {'video_id': 'video', 'feat': 'tag*'},
        'item_daily_features': {
            'video_id': 'video', 'author_id': 'author', 'music_id': 'music',
            'video_tag_id': 'video tag',
        },
        'social_network': {'user_id': 'user', 'friend_list': 'user*'},
        'kuairec_caption_category': {'video_id': 'video'},
    }) }}
{%- endmacro %}


{#- Files that may be absent even from KuaiRec itself. -#}
{% macro optional_files() -%}
    {{ return(['social_network', 'kuairec_caption_category']) }}
{%- endmacro %}


{#- item_daily_features: keys and properties of the video, in file order. -#}
{% macro video_day_text_columns() -%}
    {{ return([
        'video_id', 'date', 'author_id', 'video_type', 'upload_dt', 'upload_type',
        'visible_status', 'video_duration', 'video_width', 'video_height', 'music_id',
        'video_tag_id', 'video_tag_name',
    ]) }}
{%- endmacro %}


{#- item_daily_features: what the day's counters counted, in file order. -#}
{% macro video_day_count_columns() -%}
    {{ return([
        'show_cnt', 'show_user_num', 'play_cnt', 'play_user_num', 'play_duration',
        'complete_play_cnt', 'complete_play_user_num', 'valid_play_cnt',
        'valid_play_user_num', 'long_time_play_cnt', 'long_time_play_user_num',
        'short_time_play_cnt', 'short_time_play_user_num', 'play_progress',
        'comment_stay_duration', 'like_cnt', 'like_user_num', 'click_like_cnt',
        'double_click_cnt', 'cancel_like_cnt', 'cancel_like_user_num', 'comment_cnt',
        'comment_user_num', 'direct_comment_cnt', 'reply_comment_cnt',
        'delete_comment_cnt', 'delete_comment_user_num', 'comment_like_cnt',
        'comment_like_user_num', 'follow_cnt', 'follow_user_num', 'cancel_follow_cnt',
        'cancel_follow_user_num', 'share_cnt', 'share_user_num', 'download_cnt',
        'download_user_num', 'report_cnt', 'report_user_num', 'reduce_similar_cnt',
        'reduce_similar_user_num', 'collect_cnt', 'collect_user_num',
        'cancel_collect_cnt', 'cancel_collect_user_num',
    ]) }}
{%- endmacro %}


{#- The name of a counter in staging: with its unit where it has one. -#}
{% macro staged_name(column) -%}
    {{ return('play_duration_ms' if column == 'play_duration' else column) }}
{%- endmacro %}


{#- How many of these columns say something. -#}
{% macro filled_count(columns) -%}
    {%- for column in columns %}
                ({{ column }} is not null)::integer{{ ' +' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

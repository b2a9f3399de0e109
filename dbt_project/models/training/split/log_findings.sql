-- one row per finding about the log that matters for its results
-- (sentences are broken where they read well)
-- noqa: disable=LT02,LT05
{%- set units = var('column_units', {}).get('big_matrix', {}) %}
{%- set is_own = execute and source_facts()['kind'] == 'own' %}

with {{ row_computed_once('facts', log_facts()) }},

{{ computed_once('rejected', rejected_in_words()) }},

-- where there are none at all, nothing_relevant says so
labels as (
    {%- for split, part in {'train': 'training part', 'holdout': 'holdout'}.items() %}
    {%- for relevance, count in {
        'long_view': 'long_view', 'watch_ratio_above_1': 'above_one'
    }.items() %}
    select
        '{{ part }}' as split,
        '{{ relevance }}' as relevance,
        {{ split }}_{{ count }}_count as positives,
        {{ split }}_count as events
    from facts
    where train_long_view_count + train_above_one_count > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

findings as (
    select
        10 as position,
        'too_many_rejected' as finding,
        'error' as severity,
        rejected.words as message,
        case
            when rejected.reason like 'the line is not %'
                then 'Name the encoding of the file in reelrank.toml: '
                    || '[format] encoding = "gbk". '
            when rejected.column_name = 'timestamp' and rejected.reason != 'no time'
                then 'If times are written in another way, say how: --clock milliseconds, or a '
                    || 'form like --clock "%d.%m.%Y %H:%M". '
            when rejected.column_name in ('play_duration', 'video_duration')
                then 'If the unit is another, name it: --columns ' || rejected.column_name || '='
                    || rejected.column_name || ':UNIT (microseconds, milliseconds, seconds, '
                    || 'minutes, h:m:s). '
            when rejected.column_name = 'watch_ratio'
                then 'It is computed where it is left out: --columns watch_ratio=. '
            when
                rejected.column_name in ('user_id', 'video_id')
                and rejected.reason like 'not a whole number%'
                then 'If ids are texts, say so in reelrank.toml: [ids] '
                    || rejected.column_name || ' = "text". '
            else ''
        end
        || case
            when rejected.share > 0.5
                then 'See how the log is understood: bash scripts/run.sh --data FOLDER --dry-run '
                    || '(docs/own_logs.md)'
            else 'Correct the file, or say how much may be rejected: --max-rejected '
                || ceil(100 * rejected.share)::integer || '%'
        end as remedy
    from rejected
    where rejected.share > {{ var('max_rejected_share') }}

    union all

    select
        11 as position,
        'rows_set_aside' as finding,
        'warning' as severity,
        rejected.words as message,
        'See: from staging.rejected_rows'
        || case
            when rejected.reason like 'a clock far%'
                then '; earliest and latest in reelrank.toml name other limits'
            else ''
        end as remedy
    from rejected
    where rejected.share <= {{ var('max_rejected_share') }}

    {%- for file, encoding in guessed_encodings() %}

    union all

    select
        12 as position,
        'not_utf_8' as finding,
        'warning' as severity,
        '{{ file }} is not UTF-8 and shows no mark of another encoding: it is read as '
        || '{{ encoding }}.' as message,
        'If letters look wrong, name the encoding in reelrank.toml: [format{{ "" if
        file == "big_matrix" else "." ~ file }}] encoding = "gbk"' as remedy
    {%- endfor %}

    union all

    select
        20 as position,
        'too_few_events' as finding,
        'error' as severity,
        case rows_kept
            when 1 then 'The log has one event: it cannot be split into train and holdout.'
            else 'The log has ' || rows_kept || ' events: too few to learn from and to judge by.'
        end as message,
        'Give a log of more views: some hundreds, of several users, are the least that shows '
        || 'anything.' as remedy
    from {{ ref('load_report') }}
    where file = 'big_matrix' and rows_kept between 1 and 19

    union all

    select
        21 as position,
        'nothing_played' as finding,
        'error' as severity,
        'Every play time is 0: no view is relevant, nothing can be learned.' as message,
        'Name the column that holds the time played: --columns play_duration=NAME, '
        || 'with its unit if it is not ms: --columns play_duration=NAME:seconds' as remedy
    from facts
    where unplayed_count = event_count and event_count > 0

    union all

    select
        22 as position,
        'play_in_seconds' as finding,
        '{{ "warning" if "play_duration" in units else "error" }}' as severity,
        'No view was played for more than a second: the longest play time is '
        || max_play_duration_ms || ' ms, so these are seconds rather than milliseconds, or '
        || 'shares of the length.' as message,
        'Say so: --columns play_duration=play_duration:seconds'
        || case
            when max_video_duration_ms < 36000 then ',video_duration=video_duration:seconds'
            else ''
        end || ' (or :milliseconds if they are); multiply shares by the length.' as remedy
    from facts
    where 0 < max_play_duration_ms and max_play_duration_ms <= 1000

    union all

    select
        23 as position,
        'ratio_disagrees' as finding,
        case when disagreeing_share > 0.5 then 'error' else 'warning' end as severity,
        'watch_ratio is not play_duration / video_duration in '
        || {{ percent('disagreeing_share') }}
        || ' of the views; typically it is '
        || printf('%.4g', median_ratio_factor) || ' times that.' as message,
        case
            when median_ratio_factor between 67 and 150
                then 'If it is in percent: --columns watch_ratio=watch_ratio:percent'
            when median_ratio_factor between 670 and 1500
                then 'If play_duration is in seconds: '
                    || '--columns play_duration=play_duration:seconds'
            when median_ratio_factor between 0.00067 and 0.0015
                then 'If video_duration is in seconds: '
                    || '--columns video_duration=video_duration:seconds'
            else 'Check the units, or have it computed: --columns watch_ratio='
        end as remedy
    from facts
    where disagreeing_share > 0.01

    union all

    select
        30 as position,
        'play_is_capped' as finding,
        'warning' as severity,
        {{ percent('exactly_one_count / event_count') }}
        || ' of the watch ratios are exactly 1'
        || case above_one_count when 0 then ' and none is above' else '' end
        || ': the player reports at most the length of the video.' as message,
        {{ "'Reaching the end counts as a long view (--capped-play).'" if var('capped_play')
           else "'Let reaching the end count as a long view: --capped-play'" }} as remedy
    from facts
    where
        exactly_one_count > 0.5 * event_count
        or (exactly_one_count > 0.02 * event_count and above_one_count < 0.001 * event_count)

    union all

    select
        24 as position,
        'nothing_relevant' as finding,
        'error' as severity,
        'No view of the training part is relevant (a long view, or a watch ratio above 1): '
        || 'nothing can be learned.' as message,
        case
            when exactly_one_count > 0
                then 'If the player reports at most the length, let reaching the end count as '
                    || 'a long view: --capped-play'
            else 'Check play_duration and video_duration and their units, or give a longer log.'
        end as remedy
    from facts
    where train_count > 0 and train_long_view_count = 0 and train_above_one_count = 0

    union all

    select
        31 as position,
        'one_sided_relevance' as finding,
        'warning' as severity,
        case any_value(positives) when 0 then 'No' else 'Every' end || ' view of the '
        || {{ texts_in_one('split', ' and the ', by='split desc') }}
        || ' is relevant by ' || relevance || ': '
        || case max(split)
            when 'training part' then 'its order cannot be learned.'
            else 'there are no results of rankings by it.'
        end as message,
        case
            {%- if var('capped_play') %}
            when relevance = 'watch_ratio_above_1'
                then 'Trust long_view, which counts who reached the end (--capped-play).'
            {%- endif %}
            when max(events) < 100 then 'Give a log of more views.'
            else 'Check play_duration and video_duration and their units, '
                || 'and go by the other relevance.'
        end as remedy
    from labels
    where positives in (0, events)
    group by relevance, positives = 0

    union all

    select
        32 as position,
        'one_instant' as finding,
        'warning' as severity,
        {{ percent('busiest_instant_count / sampled_count') }}
        || ' of the events carry one and '
        || 'the same time, ' || busiest_instant_utc || ' UTC: which came first is unknown, '
        || 'so train and holdout are divided by user id there.' as message,
        'If that is when they were loaded, name the column of when they were watched: '
        || '--columns timestamp=NAME' as remedy
    from facts
    where busiest_instant_count >= 10 and busiest_instant_count > 0.1 * sampled_count

    union all

    select
        33 as position,
        'pairs_repeat_within_seconds' as finding,
        'warning' as severity,
        {{ percent('ping_count / sampled_count') }}
        || ' of the events repeat the same user and '
        || 'video within {{ ping_seconds() }} s: they look like pings of one view, and each '
        || 'counts as a view.' as message,
        'Make one view of them: --sessionise {{ ping_seconds() }}s' as remedy
    from facts
    where ping_count >= 10 and ping_count > 0.05 * sampled_count

    union all

    select
        40 as position,
        'one_user' as finding,
        'warning' as severity,
        'One user: there is no other to learn from, and intervals over one user are '
        || 'worthless.' as message,
        'Read the results as an example only.' as remedy
    from facts
    where user_count = 1

    union all

    select
        41 as position,
        'few_users_judged' as finding,
        'warning' as severity,
        case returning_user_count
            when 0
                then 'No user of the holdout was there in training: lists for known users cannot '
                    || 'be judged.'
            when 1
                then 'Only one user of the holdout was there in training: there are no intervals, '
                    || 'differences between models mean nothing.'
            else 'Only ' || returning_user_count || ' users of the holdout were there in training: '
                || 'intervals are wide, differences between models mean little.'
        end as message,
        'A longer log, or one of more users, shows more.' as remedy
    from facts
    where user_count > 1 and returning_user_count < 30 and train_count > 0

    union all

    select
        42 as position,
        'few_videos' as finding,
        'warning' as severity,
        'The log has ' || video_count || case video_count when 1 then ' video' else ' videos' end
        || ': there is little to choose from, and a list of ten says nothing.' as message,
        'Read the results as an example only.' as remedy
    from facts
    where 0 < video_count and video_count < 10

    union all

    select
        43 as position,
        'nothing_left_to_recommend' as finding,
        'warning' as severity,
        'Every user of the training part has watched every video there: nothing is left to '
        || 'recommend, so lists are empty.' as message,
        'Similar videos and users, and the judging of the holdout, still work.' as remedy
    from facts
    where train_pair_count = train_user_count * train_video_count and train_pair_count > 0

    union all

    select
        44 as position,
        'users_without_history' as finding,
        'warning' as severity,
        {{ percent('one_event_user_count / user_count') }}
        || ' of the users have one event: they '
        || 'have no history to be judged by, and get what is popular.' as message,
        'Check that user_id names people rather than visits: --columns user_id=NAME' as remedy
    from facts
    where user_count > 1 and one_event_user_count > 0.5 * user_count

    union all

    select
        45 as position,
        'one_day' as finding,
        'warning' as severity,
        'The log is of one day: nothing is known at the start of the day, so features '
        || 'made of earlier days are unknown.' as message,
        'Use a log of two days or more.' as remedy
    from facts
    where day_count = 1

    union all

    select
        25 as position,
        'days_of_another_clock' as finding,
        'warning' as severity,
        'The log is of ' || first_event_at::date || ' to ' || last_event_at::date
        || ': either its clock was wrong, or timestamp is read in another unit or form '
        || 'than it was written in.' as message,
        'If so, say how it is written: --clock milliseconds, or a form like '
        || '--clock "%d.%m.%Y %H:%M" (docs/own_logs.md)' as remedy
    from {{ ref('load_report') }}
    where
        file = 'big_matrix'
        and (last_event_at < '1995-01-01' or last_event_at > current_date + interval 2 days)

    union all

    select
        26 as position,
        'lengths_of_another_unit' as finding,
        'warning' as severity,
        'The typical video is ' || case
            when median_length_s < 1 then printf('%.2g s', median_length_s)
            else printf('%.1f hours', median_length_s / 3600)
        end || ' long: its length may be in another unit.' as message,
        'If so, name the unit: --columns '
        || case
            when median_length_s < 1
                then 'play_duration=play_duration:minutes,video_duration=video_duration:minutes'
            else 'play_duration=play_duration:microseconds,'
                || 'video_duration=video_duration:microseconds'
        end as remedy
    from facts
    where (median_length_s < 1 and max_play_duration_ms >= 1000) or median_length_s > 4 * 3600

    union all

    select
        27 as position,
        'ids_are_rounded' as finding,
        'warning' as severity,
        {{ percent('rounded_share') }}
        || ' of the ids of ' || entity || 's are written with a power of ten, like ' || example
        || ': a spreadsheet rounded them, so that different ' || entity || 's became one.'
            as message,
        'Export the log again, and do not save it with a spreadsheet.' as remedy
    from (
        select
            entity,
            avg({{ is_wholly('id', '[0-9]([.][0-9]+)?[eE][+]?[0-9]+') }}::integer) as rounded_share,
            min(id) as example
        from {{ ref('id_keys') }}
        where entity in ('user', 'video')
        group by entity
    )
    where rounded_share > 0.5

    union all

    select
        46 as position,
        'dense_matrix_has_gaps' as finding,
        'warning' as severity,
        'small_matrix holds '
        || {{ percent('filled_share') }}
        || ' of the pairs of its users '
        || 'and videos: it is judged on those, but it is not dense.' as message,
        'Give every user of it every video, or leave the file out.' as remedy
    from (
        select
            count(*) / nullif(count(distinct user_id), 0) / nullif(count(distinct video_id), 0)
                as filled_share
        from {{ ref('stg_dense_interactions') }}
    )
    where filled_share < 0.99
    union all

    select
        47 as position,
        'not_described' as finding,
        'warning' as severity,
        case
            when described + in_log <= met
                then 'None of the ' || {{ counted('described') }} || ' ' || files.what || ' of '
                    || files.file || ' is in the log'
            else files.file || ' says nothing about '
                || {{ counted('met - described') }} || ' of ' || {{ counted('met') }} || ' '
                || files.what
        end || ': their attributes are unknown.' as message,
        case
            when described + in_log <= met
                then 'Write their ids there as the log has them.'
            else 'Add their rows, if you have them.'
        end as remedy
    from (
        select
            'user_features' as file,
            'users' as what,
            files.users as described,
            facts.user_count as in_log,
            (select count(*) from {{ ref('stg_users') }}) as met
        from {{ ref('load_report') }} as files
        cross join facts
        where files.file = 'user_features'
        union all
        select
            'item_categories' as file,
            'videos' as what,
            files.videos as described,
            facts.video_count as in_log,
            (select count(*) from {{ ref('stg_video_tags') }}) as met
        from {{ ref('load_report') }} as files
        cross join facts
        where files.file = 'item_categories'
    ) as files
    where files.described < met
    {%- if is_own %}

    union all

    select
        50 as position,
        'long_views_uneven_across_length' as finding,
        'warning' as severity,
        'Long views are not equally likely at every length: '
        || {{ percent('min(long_view_share)') }}
        || ' to '
        || {{ percent('max(long_view_share)') }}
        || ' in tenths of the training views by length.' as message,
        'Lists by long_view may favour some lengths: compare them with shortest_first in '
        || 'leaderboard().' as remedy
    from ({{ long_view_share_by_length() }})
    having count(*) filter (where long_view_share not between 0.16 and 0.25) > 0
    {%- endif %}
)

select
    position::integer as position,
    finding,
    severity,
    message,
    remedy
from findings
order by severity, position, message

{#- A share in words for a finding: 0.0912 is '9.1 %'. -#}
{% macro percent(share) -%}
    printf('%.1f %%', cast(100.0 * {{ share }} as double))
{%- endmacro %}


{#- A number of things in words for a finding: 4800 is '4,800'. -#}
{% macro counted(number) -%}
    {{ with_thousands('cast(' ~ number ~ ' as bigint)') }}
{%- endmacro %}


{#-
    One view of a pair within seconds of the one before it is a ping of a player rather
    than a view: how many seconds are meant where the question is asked.
-#}
{% macro ping_seconds() -%}
    30
{%- endmacro %}


{#- How likely a long view is in each tenth of the training views by length. Views of one length
    stay together, in the tenth that their middle is in, so only lengths are put in order. -#}
{% macro long_view_share_by_length() -%}
    with lengths as (
        select
            video_duration_ms,
            count(*) as view_count,
            count_if(is_long_view) as long_view_count
        from {{ ref('interactions') }}
        where split = 'train'
        group by video_duration_ms
    ),

    placed as (
        select
            *,
            sum(view_count) over (order by video_duration_ms) - view_count as shorter_count,
            sum(view_count) over () as train_count
        from lengths
    ),

    tenths as (
        select
            {{ whole_quotient('(10 * shorter_count + 5 * view_count)', 'train_count') }} + 1
                as duration_tenth,
            view_count,
            long_view_count
        from placed
    )

    select
        duration_tenth,
        sum(view_count) as view_count,
        sum(long_view_count) / sum(view_count) as long_view_share
    from tenths
    group by duration_tenth
    having sum(view_count) >= 2000
{%- endmacro %}


{#-
    One row per file of which rows were rejected: the most frequent reason, in words with the
    first line as an example, and the share that counts as damage. Clocks far from the rest
    do not: the other rows are as good without them.
-#}
{% macro rejected_in_words() -%}
    with reasons as (
        select
            file,
            column_name,
            reason,
            count(*) as line_count,
            min(line_number) as line_number,
            min_by(line_content, coalesce(line_number, 0)) filter (
                where line_content is not null
            ) as line_content
        from {{ ref('rejected_rows') }}
        group by all
    ),

    most_frequent as (
        select
            *,
            sum(line_count) filter (where reason not like 'a clock far from the rest%') over (
                partition by file
            ) as damaged_count
        from reasons
        qualify row_number() over (partition by file order by line_count desc, reason) = 1
    )

    select
        coalesce(most_frequent.damaged_count, 0) / files.rows_read as share,
        most_frequent.column_name,
        most_frequent.reason,
        {{ percent('files.rows_rejected / files.rows_read') }} || ' of ' || files.file || ' ('
        || {{ counted('files.rows_rejected') }} || ' of ' || {{ counted('files.rows_read') }}
        || ' rows) are rejected, most often (' || {{ counted('most_frequent.line_count') }}
        || ') because ' || coalesce(most_frequent.column_name || ' is ', '')
        || most_frequent.reason || ', as in line ' || most_frequent.line_number || ': '
        || left(most_frequent.line_content, 120) as words
    from {{ ref('load_report') }} as files
    inner join most_frequent on files.file = most_frequent.file
{%- endmacro %}

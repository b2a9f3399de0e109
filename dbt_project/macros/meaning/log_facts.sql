{#- One row: counts and shares of the log that tell whether it means what it should. -#}
{% macro log_facts() -%}
with interactions as (
    select * from {{ ref('interactions') }}
),

user_counts as (
    select
        user_id,
        sum(count(*)) over () as event_count
    from interactions
    group by user_id
),

-- whole users, about a million events: repeats of a pair and shared instants show there
-- as in the whole log
sampled_users as (
    select user_id from user_counts
    where hash(user_id) % greatest({{ whole_quotient('event_count', 1000000) }}, 1) = 0
),

sampled_events as (
    select
        interactions.*,
        interactions.event_unix_ms - lag(interactions.event_unix_ms) over (
            partition by interactions.user_id, interactions.video_id
            order by interactions.nth_watch
        ) as ms_since_last,
        interactions.watch_ratio * interactions.video_duration_ms
        / nullif(interactions.play_duration_ms, 0) as ratio_factor
    from interactions
    inner join sampled_users on interactions.user_id = sampled_users.user_id
),

instants as (
    select
        event_unix_ms,
        count(*) as event_count
    from sampled_events
    group by event_unix_ms
),

busiest_instant as (
    select
        {{ utc_timestamp('max(event_unix_ms) filter (where event_count = most)') }}
            as busiest_instant_utc,
        any_value(most) as busiest_instant_count
    from instants
    cross join (select max(event_count) as most from instants) as busiest
),

sample as (
    select
        count(*) as sampled_count,
        count_if(ms_since_last between 1 and 1000 * {{ ping_seconds() }}) as ping_count,
        median(ratio_factor) as median_ratio_factor,
        median(video_duration_ms) / 1000 as median_length_s,
        count_if(ratio_factor not between 0.67 and 1.5) / nullif(count(ratio_factor), 0)
            as disagreeing_share
    from sampled_events
),

users as (
    select
        count_if(train_count > 0) as train_user_count,
        count_if(holdout_count > 0) as holdout_user_count,
        count_if(train_count > 0 and holdout_count > 0) as returning_user_count,
        count(*) as user_count,
        count_if(train_count + holdout_count = 1) as one_event_user_count
    from (
        select
            count_if(split = 'train') as train_count,
            count_if(split = 'holdout') as holdout_count
        from interactions
        group by user_id
    )
),

parts as (
    select
        split = 'train' as is_train,
        count(*) as event_count,
        -- first watches: the pairs that are no longer left to recommend
        count_if(nth_watch = 1) as pair_count,
        count_if(is_long_view) as long_view_count,
        count_if(is_above_one) as above_one_count,
        count_if(watch_ratio > 1) as ratio_above_one_count,
        count_if(watch_ratio = 1) as exactly_one_count,
        count_if(play_duration_ms = 0) as unplayed_count,
        count_if(play_duration_ms between 1 and 999) as below_one_second_count,
        max(play_duration_ms) as max_play_duration_ms,
        max(video_duration_ms) as max_video_duration_ms
    from interactions
    group by is_train
),

-- counts of distinct values of a whole column are fast, with a filter they are not
whole_log as (
    select
        coalesce(sum(event_count), 0)::bigint as event_count,
        {%- for part, condition in [('train', 'is_train'), ('holdout', 'not is_train')] %}
        {%- for what in ['', 'pair_', 'long_view_', 'above_one_']
                if part == 'train' or what != 'pair_' %}
        coalesce(sum({{ what or 'event_' }}count) filter (where {{ condition }}), 0)::bigint
            as {{ part }}_{{ what }}count,
        {%- endfor %}
        {%- endfor %}
        coalesce(sum(unplayed_count), 0)::bigint as unplayed_count,
        coalesce(sum(below_one_second_count), 0)::bigint as below_one_second_count,
        max(max_play_duration_ms) as max_play_duration_ms,
        max(max_video_duration_ms) as max_video_duration_ms,
        coalesce(sum(exactly_one_count), 0)::bigint as exactly_one_count,
        coalesce(sum(ratio_above_one_count), 0)::bigint as above_one_count,
        (select count(distinct video_id) from interactions) as video_count,
        (select count(distinct video_id) from interactions where split = 'train')
            as train_video_count,
        (select count(distinct event_on) from interactions) as day_count
    from parts
)

select
    whole_log.*,
    users.*,
    sample.*,
    busiest_instant.*
from whole_log
cross join users
cross join sample
cross join busiest_instant
{%- endmacro %}

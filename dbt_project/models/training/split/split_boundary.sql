-- one row: the instant and the tie rule that put exactly floor(0.8 n) events into train,
-- or those before the day that variable `boundary` names. It stays where it was set until
-- it is moved on purpose: what comes later is holdout

with interactions as (
    select * from {{ ref('stg_interactions') }}
),
{%- if split_is_kept() %}

boundary as (
    select * from {{ this_before() }}
),

counts as (
    select
        count(*) as interaction_count,
        count(*) filter (
            where {{ is_before_boundary('interactions', 'boundary') }}
        ) as train_count
    from interactions
    cross join boundary
)

select
    {{ all_but(['interaction_count', 'train_count'], 'boundary') }},
    counts.interaction_count,
    counts.train_count
from boundary
cross join counts
{%- else %}

-- the boundary is found from counts per hour and a sort of one hour, not of the whole log
hours as (
    select
        {{ whole_quotient('event_unix_ms', 3600000) }} as unix_hour,
        count(*) as event_count
    {%- if var('boundary') %},
        count_if(event_on < {{ first_holdout_on('interactions') }}) as early_count
        {%- endif %}
    from interactions
    group by all
),

running_hours as (
    select
        unix_hour,
        sum(event_count) over (order by unix_hour) as events_through_hour,
        events_through_hour - event_count as events_before_hour,
        sum(event_count) over () as interaction_count,
        {% if var('boundary') -%}
        sum(early_count) over () as events_before_day,
        if(
            events_before_day between 1 and interaction_count - 1,
            events_before_day,
            {{ stopped_with(
                "'The boundary " ~ var('boundary') ~ " leaves no event before or none after it.'"
                ~ " || chr(10) || 'Name a day inside the log, like last-7-days.'"
            ) }}
        ) as train_count
        {%- else -%}
        {{ whole_quotient('interaction_count * ' ~ var('train_percent'), 100) }}
            as train_count
        {%- endif %}
    from hours
),

boundary_hour as (
    select * from running_hours
    where events_before_hour <= train_count and train_count < events_through_hour
),

first_holdout_event as (
    select /*+ broadcast(boundary_hour) */
        interactions.*,
        boundary_hour.interaction_count,
        boundary_hour.train_count
    from interactions
    inner join boundary_hour
        on
            {{ whole_quotient('interactions.event_unix_ms', 3600000) }}
            = boundary_hour.unix_hour
    qualify
        row_number() over (order by {{ event_order('interactions') }})
        = boundary_hour.train_count - boundary_hour.events_before_hour + 1
)

select
    event_at as boundary_at,
    event_on as boundary_on,
    event_unix_ms as boundary_unix_ms,
    user_id as boundary_user_id,
    video_id as boundary_video_id,
    play_duration_ms as boundary_play_duration_ms,
    video_duration_ms as boundary_video_duration_ms,
    cast(interaction_count as bigint) as interaction_count,
    cast(train_count as bigint) as train_count,
    cast(interaction_count as bigint) as interaction_count_when_set
from first_holdout_event
{%- endif %}

-- Counted on the labelled events, against the events of staging, of a log that is as it
-- was when the boundary was set. One event has no train to fit labels on: log_findings
-- says so.
with counts as (
    select
        (select count(*) from {{ ref('stg_interactions') }}) as event_count,
        (select count(*) from {{ ref('interactions') }}) as labelled_count,
        (
            select count(*) from {{ ref('interactions') }}
            where split = 'train'
        ) as train_count,
        (
            select interaction_count_when_set from {{ ref('split_boundary') }}
        ) as count_when_set
    {%- if var('boundary') %},
        (
            select count(*) from {{ ref('stg_interactions') }}
            where event_on < {{ first_holdout_on(ref('stg_interactions')) }}
        ) as early_count
    {%- endif %}
)

select * from counts
where
    event_count > 1
    and (
        labelled_count != event_count
        or (
            event_count = count_when_set
            and train_count != {% if var('boundary') %}early_count
            {% else %}{{ whole_quotient('event_count * ' ~ var('train_percent'), 100) }}
            {% endif %}
        )
    )

-- one row per (user_id, video_id) of the dense matrix; a repeated pair keeps its earliest
{{ config(meta={'rests_on': ['small_matrix']}) }}
with typed as (
    select
        *,
        problem is not null as is_faulty
    from {{ ref('typed_dense_interactions') }}
),

-- faulty lines come last and are dropped afterwards: a filter on them here would be
-- pushed into the typing, which would then be done twice for every field
ranked as (
    select
        *,
        row_number() over (
            partition by user_id, video_id
            order by
                is_faulty, event_unix_ms nulls last, partition_date nulls last,
                play_duration_ms, video_duration_ms, watch_ratio
        ) as choice,
        count_if(not is_faulty) over (partition by user_id, video_id) as copy_count
    from typed
),

timed as (
    select
        *,
        {{ local_time('event_unix_ms', 'small_matrix') }} as event_at
    from ranked
    where choice = 1 and not is_faulty
)

select
    user_id,
    video_id,
    play_duration_ms,
    video_duration_ms,
    watch_ratio,
    event_unix_ms,
    event_at,
    event_at::date as event_on,
    partition_date,
    copy_count::integer as copy_count
from timed
{{ stored_by('user_id, video_id') }}

-- events of train of videos of the dense matrix that were viewed often; from_first
-- numbers them from the first
create table taken_out as
with found as (
    select events.video_id
    from training.interactions as events
    where
        events.split = 'train'
        and events.video_id in (
            select dense.video_id from training.dense_interactions as dense
        )
    group by events.video_id
    having count(*) >= 30
),

drawn as (
    select video_id
    from found
    order by hash(video_id, $seed)
    limit $count
)

select
    events.*,
    row_number() over (
        partition by events.video_id
        order by events.event_unix_ms, events.user_id
    ) as from_first
from training.interactions as events
inner join drawn on events.video_id = drawn.video_id
where events.split = 'train'

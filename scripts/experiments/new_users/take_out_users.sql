-- events of train of users with a whole history and something to find after the
-- boundary, most of them of the dense matrix; from_last numbers them from the last
create table taken_out as
with found as (
    select events.user_id
    from training.interactions as events
    group by events.user_id
    having
        count_if(events.split = 'train') >= 30
        and count_if(events.split = 'holdout' and events.is_long_view) > 0
),

drawn as (
    select user_id
    from found
    order by
        user_id in (select dense.user_id from training.dense_interactions as dense) desc,
        hash(user_id, $seed) asc
    limit $count
)

select
    events.*,
    row_number() over (
        partition by events.user_id
        order by events.event_unix_ms desc, events.video_id asc
    ) as from_last
from training.interactions as events
inner join drawn on events.user_id = drawn.user_id
where events.split = 'train'

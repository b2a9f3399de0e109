-- the hits among the first ten places (bit 0 is the first): users of the dense matrix who
-- view a video taken out for long
with latest as (
    select run_id from ml.runs
    where run_id <> 'without'
    order by finished_at desc, run_id desc
    limit 1
),

trained as (
    select
        videos.entity_id as id,
        users.entity_id as other,
        (
            users.vector[2] + videos.vector[1]
            + list_inner_product(users.vector[3:], videos.vector[2:])
            - ln(dense.long_view_threshold * dense.video_duration_ms)
        ) / users.vector[1] as chance
    from ml.embedding_vectors as videos
    inner join latest using (run_id)
    inner join training.dense_interactions as dense on videos.entity_id = dense.video_id
    inner join ml.embedding_vectors as users
        on
            users.entity = 'play_user'
            and dense.user_id = users.entity_id
            and latest.run_id = users.run_id
    where videos.entity = 'play_video' and videos.entity_id in (select id from answers)
),

orders as (
    select
        id,
        known,
        other,
        chance
    from answers

    union all

    select
        id,
        1000001 as known,
        other,
        chance
    from trained
),

-- pairs that no number of events leaves out: who is among the first views is not asked
asked as (
    select
        orders.*,
        dense.is_long_view,
        row_number() over (
            partition by orders.id, orders.known
            order by orders.chance desc, hash(orders.other)
        ) as place
    from orders
    inner join training.dense_interactions as dense
        on orders.id = dense.video_id and orders.other = dense.user_id
    where (orders.id, orders.other) not in (
        select (taken_out.video_id, taken_out.user_id) from taken_out
    )
),

counts as (
    select
        id,
        known,
        count(*) filter (where is_long_view) as relevant_count
    from asked
    group by id, known
)

select
    'Audiences of new videos' as question,
    asked.id,
    case asked.known
        when -1 then 'nothing, not even content'
        when 1000000 then 'all'
        when 1000001 then 'trained with them'
        else asked.known::varchar
    end as known,
    bit_or(
        if(asked.place <= 10 and asked.is_long_view, 1 << (asked.place - 1), 0)
    ) as hit_bits,
    any_value(counts.relevant_count) as relevant_count
from asked
inner join counts using (id, known)
where counts.relevant_count > 0
group by asked.id, asked.known
order by asked.known, asked.id

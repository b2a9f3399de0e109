-- nDCG@10 of long views, of each user taken out after so many events
with latest as (
    select run_id from ml.runs
    where run_id <> 'without'
    order by finished_at desc
    limit 1
),

wanted as (
    select
        user_id,
        video_id
    from training.interactions
    where
        split = 'holdout'
        and (user_id, video_id) not in (
            select (taken_out.user_id, taken_out.video_id) from taken_out
        )
    group by all
    having bool_or(is_long_view)
),

listed as (
    select
        answers.id,
        answers.known,
        answers.other,
        row_number() over (
            partition by answers.id, answers.known order by answers.rank
        ) as place
    from answers
    anti join taken_out
        on answers.id = taken_out.user_id and answers.other = taken_out.video_id
    qualify place <= 10
),

ideal as (
    select
        range as place,
        sum(1 / log2(place + 1)) over (order by place) as gain
    from range(1, 11)
),

counts as (
    select
        user_id,
        least(count(*), 10) as wanted_count
    from wanted
    group by user_id
),

dense_order as (
    select
        answers.id,
        answers.known,
        dense.is_long_view,
        row_number() over (
            partition by answers.id, answers.known
            order by answers.chance desc, hash(answers.other)
        ) as place
    from answers
    inner join training.dense_interactions as dense
        on answers.id = dense.user_id and answers.other = dense.video_id
),

dense_counts as (
    select
        id,
        known,
        least(count_if(is_long_view), 10) as wanted_count
    from dense_order
    group by id, known
),

asked as (
    select
        'Lists for new users' as question,
        listed.id,
        listed.known,
        sum(if(wanted.user_id is null, 0, 1 / log2(listed.place + 1)))
        / any_value(ideal.gain) as ndcg
    from listed
    inner join counts on listed.id = counts.user_id
    inner join ideal on counts.wanted_count = ideal.place
    left join wanted on listed.id = wanted.user_id and listed.other = wanted.video_id
    group by all

    union all

    select
        'Taste of new users' as question,
        dense_order.id,
        dense_order.known,
        sum(
            if(dense_order.place <= 10, dense_order.is_long_view::integer, 0)
            / log2(dense_order.place + 1)
        ) / any_value(ideal.gain) as ndcg
    from dense_order
    inner join dense_counts using (id, known)
    inner join ideal on dense_counts.wanted_count = ideal.place
    group by all
),

named as (
    select
        question,
        id,
        known as position,
        if(known = 1000000, 'all', known::varchar) as known,
        ndcg
    from asked

    union all

    -- the run that was trained with them
    select
        if(
            metrics.protocol = 'dense', 'Taste of new users', 'Lists for new users'
        ) as question,
        metrics.user_id as id,
        1000001 as position,
        'trained with them, ' || metrics.model as known,
        metrics.ndcg
    from ml.user_metrics as metrics
    inner join latest using (run_id)
    where
        metrics.user_id in (select id from answers)
        and metrics.relevance = 'long_view'
        and metrics.k = 10
        and (
            (metrics.protocol, metrics.model) in (
                ('end_to_end', 'trending_taste'), ('end_to_end', 'two_stage'),
                ('dense', 'ranker')
            )
        )
)

select
    question,
    id,
    known,
    ndcg
from named
order by question, position, known, id

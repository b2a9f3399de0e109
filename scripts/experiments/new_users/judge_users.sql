-- the hits among the first ten places (bit 0 is the first), of each user taken out after
-- so many events; of the run that was trained with them its nDCG@10
with latest as (
    select run_id from ml.runs
    where run_id <> 'without'
    order by finished_at desc, run_id desc
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

counts as (
    select
        user_id,
        count(*) as relevant_count
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
        count(*) filter (where is_long_view) as relevant_count
    from dense_order
    group by id, known
),

asked as (
    select
        'Lists for new users' as question,
        listed.id,
        listed.known,
        bit_or(if(wanted.user_id is null, 0, 1 << (listed.place - 1))) as hit_bits,
        any_value(counts.relevant_count) as relevant_count
    from listed
    inner join counts on listed.id = counts.user_id
    left join wanted on listed.id = wanted.user_id and listed.other = wanted.video_id
    group by all

    union all

    select
        'Taste of new users' as question,
        dense_order.id,
        dense_order.known,
        bit_or(
            case
                when dense_order.place <= 10 and dense_order.is_long_view
                    then 1 << (dense_order.place - 1)
                else 0
            end
        ) as hit_bits,
        any_value(dense_counts.relevant_count) as relevant_count
    from dense_order
    inner join dense_counts using (id, known)
    where dense_counts.relevant_count > 0
    group by all
),

named as (
    select
        question,
        id,
        known as position,
        if(known = 1000000, 'all', known::varchar) as known,
        hit_bits,
        relevant_count,
        null::double as ndcg
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
        0 as hit_bits,
        1 as relevant_count,
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
    hit_bits,
    relevant_count,
    ndcg
from named
order by question, position, known, id

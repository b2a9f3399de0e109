-- one row per (age of the video at the boundary, stage): share of the pairs that were
-- watched for long after the boundary, of videos new to the user, which the stage holds,
-- with half the width of its 95 % interval
with wanted as (
    select
        user_id,
        video_id
    from training.interactions
    where split = 'holdout'
    group by user_id, video_id
    having min(nth_watch) = 1 and bool_or(is_long_view)
),

aged as (
    select
        main.user_shown(w.user_id) as user_id,
        main.video_shown(w.video_id) as video_id,
        case
            when v.uploaded_on is null then 5
            when v.uploaded_on >= b.boundary_on then 1
            when b.boundary_on - v.uploaded_on <= 7 then 2
            when b.boundary_on - v.uploaded_on <= 30 then 3
            else 4
        end as age_order
    from wanted as w
    inner join features.video_profiles as v on w.video_id = v.video_id
    cross join training.split_boundary as b
),

found as (
    select
        aged.user_id,
        aged.age_order,
        c.rank is not null as in_candidates,
        coalesce(r.rank <= 100, false) as in_list
    from aged
    left join ml.candidates as c
        on
            c.run_id = $run_id
            and aged.user_id = c.user_id
            and aged.video_id = c.video_id
    left join ml.recommendations as r
        on
            r.run_id = $run_id
            and aged.user_id = r.user_id
            and aged.video_id = r.video_id
),

users as (
    select
        age_order,
        user_id,
        count(*) as pairs,
        sum(in_candidates::integer) as in_candidates,
        sum(in_list::integer) as in_list
    from found
    group by age_order, user_id
)

select
    age_order,
    ['after', '1st week', '1st month', 'older', 'unknown'][age_order] as age,
    sum(pairs)::bigint as pairs,
    sum(in_candidates) / sum(pairs) as candidate_recall,
    sum(in_list) / sum(pairs) as list_recall,
    half_width(in_candidates, pairs) as candidate_recall_half_width,
    half_width(in_list, pairs) as list_recall_half_width
from users
group by age_order
order by age_order

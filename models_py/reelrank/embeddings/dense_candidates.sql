-- one row per (model, user, rank): run_dense_candidates, and as model play_time the
-- $count pairs of the dense matrix with the largest margin
create or replace temp table run_dense_candidates as
with scored as (
    select
        user_id,
        video_id,
        play_margin
    from rows_with_embeddings('dense_moments', $block)
),

by_taste as (
    select
        user_id,
        video_id,
        row_number() over (
            partition by user_id
            order by play_margin desc nulls last, video_id asc
        ) as rank,
        play_margin as score,
        'play_time' as source,
        'play_time' as model
    from scored
    qualify rank <= $count
)

select
    user_id,
    video_id,
    rank,
    score,
    cast(source as varchar) as source,
    cast(model as varchar) as model
from run_dense_candidates
union all by name
select * from by_taste

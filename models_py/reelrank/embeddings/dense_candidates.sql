-- one row per (model, user, rank): run_dense_candidates, and as model play_time the
-- $count pairs of the dense matrix of which play time expects most: half of them by the
-- margin over a long view, then also by the expected ratio, high for short videos
create or replace temp table run_dense_candidates as
with ranked as (
    select
        user_id,
        video_id,
        play_margin,
        row_number() over (
            partition by user_id
            order by play_margin desc nulls last, video_id asc
        ) as margin_rank,
        row_number() over (
            partition by user_id
            order by
                play_log_expected - ln(video_duration_ms) desc nulls last,
                video_id asc
        ) as ratio_rank
    from rows_with_embeddings('dense_moments', $block)
),

by_taste as (
    select
        user_id,
        video_id,
        row_number() over (
            partition by user_id
            order by least(margin_rank, $count // 2 + ratio_rank) asc, margin_rank asc
        ) as rank,
        play_margin as score,
        'play_time' as source,
        'play_time' as model
    from ranked
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

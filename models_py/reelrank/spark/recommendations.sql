-- one row per (user_id, rank): the best $count of the scored candidates
with ranked as (
    select
        scored.user_id,
        cast(
            row_number() over (
                partition by scored.user_id
                order by
                    scored.score_long_view desc,
                    scored.score_watch_ratio desc,
                    candidates.rank asc
            ) as smallint
        ) as rank,
        scored.video_id,
        candidates.rank as candidate_rank,
        candidates.score as candidate_score,
        candidates.source as candidate_source,
        scored.predicted_watch_ratio,
        scored.predicted_long_view,
        scored.score_long_view as ranking_score
    from scored
    inner join ml.candidates
        on
            scored.user_id = candidates.user_id
            and scored.video_id = candidates.video_id
            and candidates.run_id = $run_id
)

select * from ranked
where rank <= $count

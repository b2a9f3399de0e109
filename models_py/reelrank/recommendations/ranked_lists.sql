-- one row per (user_id, rank): the best $count of the scored candidates
create or replace temp table ranked_lists as
with ranked as (
    select
        run_lists.*,
        cast(
            row_number() over (
                partition by run_lists.user_id
                order by
                    run_lists.score_long_view desc,
                    run_lists.score_watch_ratio desc,
                    run_candidates.rank asc
            ) as smallint
        ) as rank,
        run_candidates.rank as candidate_rank,
        run_candidates.score as candidate_score,
        run_candidates.source as candidate_source
    from run_lists
    inner join run_candidates
        on
            run_lists.user_id = run_candidates.user_id
            and run_lists.video_id = run_candidates.video_id
            and run_candidates.model = $model
)

select * from ranked
where rank <= $count

-- one row per (user_id, rank): the list shown, with what is predicted of each video
-- and how fresh it is
create or replace temp table run_recommendations as
select
    ranked_lists.user_id,
    ranked_lists.rank,
    ranked_lists.video_id,
    ranked_lists.candidate_rank,
    ranked_lists.candidate_score,
    ranked_lists.candidate_source,
    predicted_pairs.predicted_watch_ratio,
    predicted_pairs.predicted_long_view,
    ranked_lists.score_long_view as ranking_score,
    ranked_lists.list_score,
    ranked_lists.log_chance,
    cutoff_videos.is_alive,
    cutoff_videos.days_since_first_view,
    cutoff_videos.days_since_last_view
from ranked_lists
inner join predicted_pairs
    on
        ranked_lists.user_id = predicted_pairs.user_id
        and ranked_lists.video_id = predicted_pairs.video_id
left join training.cutoffs on cutoffs.is_boundary
left join training.cutoff_videos
    on
        cutoffs.cutoff = cutoff_videos.cutoff
        and ranked_lists.video_id = cutoff_videos.video_id
order by ranked_lists.user_id, ranked_lists.rank

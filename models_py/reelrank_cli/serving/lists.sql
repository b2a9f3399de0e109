-- one row per (user_id, rank) of run $run_id: the lists as they are served
select
    r.user_id,
    r.rank,
    r.video_id,
    round(cast(r.predicted_watch_ratio as double), 4) as predicted_watch_ratio,
    round(cast(r.predicted_long_view as double), 4) as predicted_long_view,
    round(cast(r.ranking_score as double), 5) as score,
    r.candidate_source as source
from ml.recommendations as r
where r.run_id = $run_id and r.rank <= $count
order by r.user_id, r.rank

-- the score that a model from outside gave every judged event, null for none
select said.score
from judge_rows as events
left join ml.judged_scores as said
    on
        said.run_id = $run_id
        and said.model = $name
        and said.protocol = if(events.is_dense, 'dense', 'holdout')
        and main.user_key(said.user_id) = events.user_id
        and main.video_key(said.video_id) = events.video_id
order by events.rowid

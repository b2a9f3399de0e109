-- the score of every judged event, null where the file has none
select yours.score
from judge_rows as events
left join your_scores as yours
    on events.user_id = yours.user_id and events.video_id = yours.video_id
order by events.rowid

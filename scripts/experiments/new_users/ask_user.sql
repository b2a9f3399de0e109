-- the whole catalogue for a user taken out, after some views
insert into answers
select
    $user as id,
    $count as known,
    found.video_id as other,
    found.rank,
    found.predicted_long_view as chance
from main.recommend_for($views, k := 1000000) as found

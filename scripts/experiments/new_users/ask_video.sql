-- all users for a video taken out, after some views
insert into answers
select
    $video as id,
    $count as known,
    found.user_id as other,
    found.rank,
    found.predicted_long_view as chance
from main.audience_for(
    $duration_s,
    category_id := $category,
    tag_id := $tag,
    author_id := $author,
    caption := $caption,
    views := $views,
    k := 1000000
) as found

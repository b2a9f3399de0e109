-- 20 videos of a kind
with listed as (
    select
        main.video_key(video_id) as video_id,
        count(*) as lists
    from ml.recommendations
    where run_id = $run_id and rank <= 10
    group by video_id
),

known as (
    select cutoff_videos.*
    from training.cutoff_videos
    semi join training.cutoffs on
        cutoff_videos.cutoff = cutoffs.cutoff
        and cutoffs.is_boundary
)

select main.video_shown(known.video_id) as video_id
from known
left join listed on known.video_id = listed.video_id
where $kind <> 'best received' or known.view_count >= 20
order by
    case $kind
        when 'most recommended' then -coalesce(listed.lists, 0)
        when 'most viewed' then -known.view_count
        when 'newest' then coalesce(known.age_days, known.days_since_first_view)
        when 'best received' then -known.long_view_share
        else hash(known.video_id)
    end asc,
    known.video_id asc
limit 20

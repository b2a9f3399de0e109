-- the first ten of a user's list of a model that `reelrank judge` added
select
    said.rank,
    said.video_id,
    videos.caption,
    videos.tags,
    videos.duration_s
from ml.judged_scores as said
left join main.videos as videos on said.video_id = videos.video_id
where
    said.run_id = $run_id
    and said.model = $model
    and said.protocol = 'end_to_end'
    and said.user_id = main.as_user_id($user_id)
    and said.rank <= 10
order by said.rank

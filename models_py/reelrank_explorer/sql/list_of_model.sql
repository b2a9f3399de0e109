-- the first ten of a user's list of a model, where the database keeps it: both stages,
-- stage one (union), ALS by its vectors, or a rule by what was known at the boundary
with both_stages as (
    select
        video_id,
        rank
    from ml.recommendations
    where
        run_id = $run_id
        and user_id = main.as_user_id($user_id)
        and $model = 'two_stage'
),

-- the front of docs/lists.md: the same parts with another weight of the chance
front as (
    select
        video_id,
        list_score,
        log_chance,
        try_cast(replace($model, 'front_', '') as double) as weight,
        row_number() over (order by list_score + weight * log_chance desc) as rank
    from ml.recommendations
    where
        run_id = $run_id
        and user_id = main.as_user_id($user_id)
        and starts_with($model, 'front_')
),

stage_one as (
    select
        video_id,
        rank
    from ml.candidates
    where
        run_id = $run_id
        and user_id = main.as_user_id($user_id)
        and $model = 'union'
),

watched as (
    select main.video_shown(video_id) as video_id
    from training.als_confidences
    where user_id = main.user_key($user_id)
),

by_als as (
    select
        videos.video_id,
        row_number() over (
            order by array_inner_product(users.factors, videos.factors) desc
        ) as rank
    from ml.user_factors as users
    inner join ml.video_factors as videos on users.run_id = videos.run_id
    anti join watched on videos.video_id = watched.video_id
    where
        users.run_id = $run_id
        and users.user_id = main.as_user_id($user_id)
        and $model = 'als'
),

-- the rules of reelrank/evaluation/orderings.py, for long views
known as (
    select
        main.video_shown(cutoff_videos.video_id) as video_id,
        case $model
            when 'most_viewed' then view_count
            when 'most_viewed_1d' then view_count_1d
            when 'most_viewed_3d' then view_count_3d
            when 'most_viewed_7d' then view_count_7d
            when 'most_relevant' then long_view_count
            when 'most_relevant_1d' then long_view_count_1d
            when 'most_relevant_3d' then long_view_count_3d
            when 'most_relevant_7d' then long_view_count_7d
            when 'best_received' then long_view_share
            when 'best_received_7d' then long_view_share_7d
            when 'newest_first' then -coalesce(age_days, days_since_first_view)
            when 'shortest_first' then -video_duration_ms
            when 'median_per_video' then median_watch_ratio
        end as score
    from training.cutoff_videos
    semi join training.cutoffs on
        cutoff_videos.cutoff = cutoffs.cutoff
        and cutoffs.is_boundary
),

by_rule as (
    select
        known.video_id,
        row_number() over (order by known.score desc, known.video_id asc) as rank
    from known
    anti join watched on known.video_id = watched.video_id
    where known.score is not null
),

listed as (
    select * from both_stages
    union all
    select
        video_id,
        rank
    from front
    union all
    select * from stage_one
    union all
    select * from by_als
    union all
    select * from by_rule
)

select
    listed.rank,
    listed.video_id,
    videos.caption,
    videos.tags,
    videos.duration_s
from listed
left join main.videos as videos on listed.video_id = videos.video_id
where listed.rank <= 10
order by listed.rank

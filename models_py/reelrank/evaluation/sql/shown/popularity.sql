-- one row per (metric, user, k) of the current lists: how popular the videos are
-- novelty: mean of -log2 of the share of train's users who watched the video, one added
-- to both counts; popularity_percentile: 0 for the least viewed of the catalogue, 1 for
-- the most
insert into judge_values by name
with cutoffs as (
    select unnest($cutoffs) as k
),

described as (
    select
        lists.user_id,
        lists.rank,
        coalesce(videos.popularity_percentile, 0) as percentile,
        -log2(
            (coalesce(videos.viewer_count, 0) + 1) / (train.user_count + 1)
        ) as surprise
    from judge_top as lists
    cross join judge_train_stats as train
    left join judge_catalogue as videos on lists.video_id = videos.video_id
    where lists.protocol = $judged_as
),

averaged as (
    select
        described.user_id,
        cutoffs.k,
        sum(cast(described.percentile as decimal(18, 12))) / count(*)
            as popularity_percentile,
        sum(cast(described.surprise as decimal(18, 12))) / count(*) as novelty
    from described
    inner join cutoffs on described.rank <= cutoffs.k
    group by described.user_id, cutoffs.k
)

select
    $protocol as protocol,
    'none' as relevance,
    $model as model,
    metric,
    k,
    user_id,
    value
from averaged
unpivot (value for metric in (popularity_percentile, novelty))

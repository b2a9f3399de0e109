-- one row per (user, k) of the current lists: mean Jaccard distance between the tags of
-- all pairs of videos in the list; a list of one video has none
insert into judge_values by name
with cutoffs as (
    select unnest($cutoffs) as k
),

tag_sets as (
    select
        video_id,
        list_sort(list_distinct(tag_ids)) as tags
    from staging.stg_video_tags
),

entries as (
    select
        lists.user_id,
        lists.rank,
        coalesce(tag_sets.tags, []) as tags
    from judge_top as lists
    left join tag_sets on lists.video_id = tag_sets.video_id
    where lists.protocol = $judged_as and lists.rank <= $longest
),

numbered as (
    select
        *,
        dense_rank() over (order by tags) as tag_set
    from entries
),

pairs as (
    select
        one.user_id,
        one.tag_set as one_set,
        other.tag_set as other_set,
        other.rank as deeper_rank
    from numbered as one
    inner join numbered as other
        on one.user_id = other.user_id and one.rank < other.rank
),

known_sets as (
    select distinct
        tag_set,
        tags
    from numbered
),

met as (
    select distinct
        one_set,
        other_set
    from pairs
),

distances as (
    select
        met.one_set,
        met.other_set,
        cast(
            case
                when met.one_set = met.other_set then 0
                else
                    1 - len(list_intersect(one.tags, other.tags))
                    / len(list_distinct(list_concat(one.tags, other.tags)))
            end as decimal(18, 12)
        ) as distance
    from met
    inner join known_sets as one on met.one_set = one.tag_set
    inner join known_sets as other on met.other_set = other.tag_set
)

select
    $protocol as protocol,
    'none' as relevance,
    $model as model,
    'tag_diversity' as metric,
    cutoffs.k,
    pairs.user_id,
    sum(distances.distance) / count(*) as value
from pairs
inner join distances
    on
        pairs.one_set = distances.one_set
        and pairs.other_set = distances.other_set
inner join cutoffs
    on pairs.deeper_rank <= cutoffs.k and cutoffs.k <= $longest
group by cutoffs.k, pairs.user_id

-- one row per (metric, k): how much of the catalogue all current lists show together
-- coverage: share of the catalogue in at least one list
-- gini: of the videos' numbers of appearances, never shown ones included; 0 all alike,
-- 1 one video only (sum over videos by falling count: (n + 1 - 2 i) count / (n total))
insert into run_metrics by name
with cutoffs as (
    select unnest($cutoffs) as k
),

catalogues as (
    select
        'end_to_end' as judged_as,
        count(*) as video_count
    from judge_catalogue
    union all
    select
        'dense' as judged_as,
        count(distinct video_id) as video_count
    from judge_rows
    where protocol = 'dense'
),

size as (
    select video_count
    from catalogues
    where judged_as = if($protocol = 'end_to_end', 'end_to_end', 'dense')
),

shown as (
    select
        cutoffs.k,
        lists.video_id,
        count(*) as shown_count
    from judge_top as lists
    inner join cutoffs on lists.rank <= cutoffs.k
    where lists.protocol = $judged_as
    group by cutoffs.k, lists.video_id
),

placed as (
    select
        shown.k,
        shown.shown_count,
        size.video_count,
        row_number() over (
            partition by shown.k
            order by shown.shown_count desc, shown.video_id asc
        ) as place_from_top
    from shown
    cross join size
),

measured as (
    select
        k,
        cast(count(*) / max(video_count) as double) as coverage,
        cast(
            sum((video_count + 1 - 2 * place_from_top) * shown_count)
            / (max(video_count) * sum(shown_count)) as double
        ) as gini
    from placed
    group by k
)

select
    $run_id as run_id,
    $protocol as protocol,
    'none' as relevance,
    $model as model,
    metric,
    k,
    value
from measured
unpivot (value for metric in (coverage, gini))

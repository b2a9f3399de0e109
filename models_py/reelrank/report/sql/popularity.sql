-- one row per tenth of the catalogue by views before the boundary: its share of those
-- views, of the views after it, of the candidates and of the recommended top 10
with train_views as (
    select
        video_id,
        count(*) filter (split = 'train') as train_views,
        count(*) filter (split = 'holdout') as later_views
    from training.interactions
    group by video_id
),

tenths as (
    select
        main.video_shown(v.video_id) as video_id,
        coalesce(t.train_views, 0) as train_views,
        coalesce(t.later_views, 0) as later_views,
        ntile(10) over (order by coalesce(t.train_views, 0) desc, v.video_id) as tenth
    from features.video_profiles as v
    left join train_views as t on v.video_id = t.video_id
),

candidates as (
    select
        video_id,
        count(*) as places
    from ml.candidates
    where run_id = $run_id
    group by video_id
),

recommended as (
    select
        video_id,
        count(*) as places
    from ml.recommendations
    where run_id = $run_id and rank <= 10
    group by video_id
)

select
    tenths.tenth,
    sum(tenths.train_views) / sum(sum(tenths.train_views)) over () as train_views,
    sum(tenths.later_views) / sum(sum(tenths.later_views)) over () as later_views,
    coalesce(sum(candidates.places), 0)
    / nullif(sum(coalesce(sum(candidates.places), 0)) over (), 0) as candidates,
    coalesce(sum(recommended.places), 0)
    / nullif(sum(coalesce(sum(recommended.places), 0)) over (), 0) as top_10
from tenths
left join candidates on tenths.video_id = candidates.video_id
left join recommended on tenths.video_id = recommended.video_id
group by tenths.tenth
order by tenths.tenth

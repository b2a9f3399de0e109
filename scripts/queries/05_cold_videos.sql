-- What becomes of cold videos?
-- Videos by the age they had at the boundary: how many there are, how many of them
-- reach anybody's top 10, and how the views after the boundary were shared out.
with aged as (
    select
        v.video_id,
        case
            when b.boundary_on - v.uploaded_on < 0 then '0 not yet uploaded'
            when b.boundary_on - v.uploaded_on <= 7 then '1 first week'
            when b.boundary_on - v.uploaded_on <= 30 then '2 first month'
            else '3 older'
        end as age
    from main.videos as v
    cross join training.split_boundary as b
    where v.uploaded_on is not null
),

listed as (
    select distinct r.video_id
    from ml.recommendations as r
    inner join ml.latest_run as l on r.run_id = l.run_id
    where r.rank <= 10
),

later_views as (
    select
        main.video_shown(video_id) as video_id,
        count(*) as views,
        sum(is_long_view::integer) as long_views
    from training.interactions
    where split = 'holdout'
    group by video_id
)

select
    aged.age,
    count(*) as videos,
    count(listed.video_id) as videos_recommended,
    round(videos_recommended / videos, 3) as share_recommended,
    sum(later_views.views)::bigint as views_after_boundary,
    round(sum(later_views.long_views) / sum(later_views.views), 3) as long_view_share,
    (select s.label from staging.data_source as s) as data
from aged
left join listed on aged.video_id = listed.video_id
left join later_views on aged.video_id = later_views.video_id
group by aged.age
order by aged.age;

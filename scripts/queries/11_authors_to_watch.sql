-- Which authors hold their viewers, on how many videos?
-- Authors of 50 views or more. Their share is shrunk toward that of all with the weight
-- of 50 views, so that a few lucky views do not lead the table.
with everyone as (
    select avg(is_long_view::integer) as share
    from training.interactions
),

authors as (
    select
        v.author_id,
        count(distinct i.video_id) as videos,
        count(*) as views,
        sum(i.is_long_view::integer) as long_views
    from training.interactions as i
    inner join main.videos as v on main.video_shown(i.video_id) = v.video_id
    where v.author_id is not null
    group by v.author_id
    having views >= 50
)

select
    authors.author_id,
    authors.videos,
    authors.views,
    round(authors.long_views / authors.views, 3) as long_view_share,
    round(
        (authors.long_views + 50 * everyone.share) / (authors.views + 50), 3
    ) as shrunk_share,
    (select s.label from staging.data_source as s) as data
from authors
cross join everyone
order by shrunk_share desc, authors.author_id asc
limit 20;

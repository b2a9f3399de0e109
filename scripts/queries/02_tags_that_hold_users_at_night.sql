-- Which tags hold users at night?
-- Long views from midnight to 5 o'clock against the rest of the day, tags of 20 night
-- views or more. A lift of 1.10 means: 10 % more long views at night than by day.
with views as (
    select
        unnest(main.tags_shown(t.tag_ids)) as tag,
        hour(i.event_at) < 5 as is_night,
        i.is_long_view
    from training.interactions as i
    inner join staging.stg_video_tags as t on i.video_id = t.video_id
)

select
    tag,
    count(*) filter (is_night) as night_views,
    round(avg(is_long_view::integer) filter (is_night), 3) as night_share,
    round(avg(is_long_view::integer) filter (not is_night), 3) as day_share,
    round(night_share / nullif(day_share, 0), 2) as lift,
    (select s.label from staging.data_source as s) as data
from views
group by tag
having night_views >= 20
order by lift desc, tag asc;

-- one row per thing known about a video, in sections; watch ratios are clipped at 5.
-- It reads few columns: the log is sorted by user, so a video's rows are all over it
{{ config(parameters=['video_id']) }}
with video as (
    select v.*
    from {{ ref('videos') }} as v
    where v.video_id = main.as_video_id(video_id)
),

log as (
    select
        i.user_id,
        i.event_on,
        i.nth_watch,
        i.clipped_watch_ratio_e4 / 10000 as ratio,
        i.is_long_view
    from {{ ref('interactions') }} as i
    where i.video_id = main.video_key(video_id)
),

video_facts as (
    select
        1 as section_order,
        'video' as section,
        unnest(
            [
                { position: 1, item: 'caption', note: caption },
                { position: 2, item: 'category', note: category },
                { position: 3, item: 'tags', note: tags::varchar },
                { position: 4, item: 'length', note: duration_s || ' s' },
                { position: 5, item: 'author', note: author_id::varchar },
                { position: 6, item: 'uploaded', note: uploaded_on::varchar }
            ],
            recursive := true
        )
    from video
),

log_facts as (
    select
        2 as section_order,
        'log' as section,
        part.position,
        ['all views', 'seen again'][part.position] as item,
        {{ how_watched() }},
        count(distinct user_id) || ' users'
        || if(part.position = 1, ', ' || min(event_on) || ' to ' || max(event_on), '')
            as note
    from log
    inner join (values (1), (2)) as part (position)
        on part.position = 1 or nth_watch > 1
    group by part.position
),

ages as (
    select
        3 as section_order,
        'days since upload' as section,
        case
            when log.event_on - video.uploaded_on <= 0 then 1
            when log.event_on - video.uploaded_on <= 3 then 2
            when log.event_on - video.uploaded_on <= 7 then 3
            when log.event_on - video.uploaded_on <= 30 then 4
            else 5
        end as position,
        ['same day', '1 to 3', '4 to 7', '8 to 30', 'over 30'][position] as item,
        {{ how_watched() }}
    from log
    cross join video
    where video.uploaded_on is not null
    group by position
),

app_days as (
    select
        4 as section_order,
        'whole app' as section,
        row_number() over (order by d.date desc) as position,
        d.date::varchar as item,
        d.play_cnt as views,
        round(100 * d.complete_play_cnt / nullif(d.play_cnt, 0), 1) || ' % complete, '
        || round(100 * d.like_cnt / nullif(d.play_cnt, 0), 1) || ' % liked' as note
    from {{ ref('stg_video_days') }} as d
    where d.video_id = main.video_key(video_id)
    qualify position <= 3
),

{{ profile_of(['video_facts', 'log_facts', 'ages', 'app_days']) }}

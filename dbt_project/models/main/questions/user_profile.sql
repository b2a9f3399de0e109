-- one row per thing known about a user, in sections; watch ratios are clipped at 5
{{ config(parameters=['user_id']) }}
with account as (
    select u.*
    from {{ ref('stg_users') }} as u
    where u.user_id = main.user_key(user_id)
),

friends as (
    select
        string_agg(
            main.user_shown(f.friend_id), ', ' order by f.friend_id
        ) as friend_ids
    from {{ ref('stg_friendships') }} as f
    where f.user_id = main.user_key(user_id)
),

log as (
    select
        main.video_shown(i.video_id) as video_id,
        i.event_at,
        i.nth_watch,
        i.video_duration_ms,
        i.clipped_watch_ratio_e4 / 10000 as ratio,
        i.is_long_view
    from {{ ref('interactions') }} as i
    where i.user_id = main.user_key(user_id)
),

described_log as (
    select
        l.*,
        coalesce(v.caption, 'no caption') as caption,
        v.category,
        v.tags
    from log as l
    left join {{ ref('videos') }} as v on l.video_id = v.video_id
),

account_facts as (
    select
        1 as section_order,
        'account' as section,
        unnest(
            [
                { position: 1, item: 'activity', note: user_active_degree },
                { position: 2, item: 'registered', note: register_days || ' days' },
                { position: 3, item: 'follows', note: follow_user_num::varchar },
                { position: 4, item: 'fans', note: fans_user_num::varchar },
                { position: 5, item: 'friends in the data', note: friend_ids }
            ],
            recursive := true
        )
    from account
    cross join friends
),

log_facts as (
    select
        2 as section_order,
        'log' as section,
        part.position,
        ['all views', 'videos seen again'][part.position] as item,
        {{ how_watched() }},
        if(
            part.position = 1,
            strftime(min(event_at), '%Y-%m-%d') || ' to '
            || strftime(max(event_at), '%Y-%m-%d') || ', '
            || count(distinct event_at::date) || ' days',
            count(distinct video_id) || ' videos'
        ) as note
    from log
    inner join (values (1), (2)) as part (position)
        on part.position = 1 or nth_watch > 1
    group by part.position
),

hours as (
    select
        3 as section_order,
        'busiest hours' as section,
        row_number() over (order by count(*) desc, hour(event_at)) as position,
        lpad(hour(event_at)::varchar, 2, '0') || ':00' as item,
        {{ how_watched() }},
        null as note
    from log
    group by hour(event_at)
    qualify position <= 5
),

lengths as (
    select
        4 as section_order,
        'video length' as section,
        case
            when video_duration_ms < 7000 then 1
            when video_duration_ms < 12000 then 2
            when video_duration_ms < 30000 then 3
            else 4
        end as position,
        ['under 7 s', '7 to 12 s', '12 to 30 s', '30 s and more'][position] as item,
        {{ how_watched() }},
        null as note
    from log
    group by position
),

tag_views as (
    select
        unnest(tags) as tag,
        ratio,
        is_long_view
    from described_log
),

tags as (
    select
        5 as section_order,
        'tags' as section,
        row_number() over (order by count(*) desc, tag) as position,
        'tag ' || tag as item,
        {{ how_watched() }},
        round(
            long_view_share
            / nullif((select avg(l.is_long_view::integer) from log as l), 0),
            2
        ) || ' x the average of this user' as note
    from tag_views
    group by tag
    qualify position <= 8
),

favourites as (
    select
        6 as section_order,
        'most often to the end' as section,
        row_number() over (
            order by
                count(*) filter (where ratio >= 1) desc,
                avg(ratio) desc,
                video_id asc
        ) as position,
        any_value(caption) as item,
        {{ how_watched() }},
        'video ' || video_id as note
    from described_log
    group by video_id
    qualify position <= 5
),

latest as (
    select
        7 as section_order,
        'watched last' as section,
        row_number() over (order by event_at desc, video_id asc) as position,
        caption as item,
        null::bigint as views,
        ratio as mean_watch_ratio,
        is_long_view::integer as long_view_share,
        'video ' || video_id || ', ' || strftime(event_at, '%m-%d %H:%M') as note
    from described_log
    qualify position <= 5
),

{{ profile_of([
    'account_facts', 'log_facts', 'hours', 'lengths', 'tags', 'favourites', 'latest'
]) }}

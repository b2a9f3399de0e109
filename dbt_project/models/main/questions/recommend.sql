-- the list for a user, best first, with what raised each video. What is the same
-- for the whole list, such as the user's own history, raises none of its videos in
-- particular. `taste` is the weight of the chance of a long view against that of being
-- met at all; without it, that of the run. It reorders the published list. Who has
-- watched everything gets one row that says so
{{ config(parameters=['user_id', 'k := 10', 'taste := null']) }}
with contributions as (
    select
        e.video_id,
        e.feature,
        main.feature_shown(e.feature, e.feature_value) as feature_value,
        e.contribution,
        count(*) over of_feature as video_count,
        min(e.feature_value) over of_feature as first_value,
        max(e.feature_value) over of_feature as last_value
    from {{ source('ml', 'explanations') }} as e
    where
        e.run_id = {{ latest_run_id() }}
        and e.user_id = main.as_user_id(user_id)
    window of_feature as (partition by e.feature)
),

raised as (
    select
        c.video_id,
        arg_max(
            replace(regexp_replace(c.feature, '_id$', ''), '_', ' ')
            || coalesce(' ' || {{ readable('c.feature_value') }}, ''),
            c.contribution
        ) as feature
    from contributions as c
    where
        c.contribution > 0
        and (c.video_count = 1 or c.first_value is distinct from c.last_value)
    group by c.video_id
),

listed as (
    select
        r.* exclude (rank),
        row_number() over (
            order by
                coalesce(r.list_score + taste * r.log_chance, r.ranking_score) desc,
                r.rank
        ) as rank
    from {{ source('ml', 'recommendations') }} as r
    where r.run_id = {{ latest_run_id() }} and r.user_id = main.as_user_id(user_id)
),

shown as (
    select
        r.rank,
        r.video_id,
        v.caption,
        v.tags,
        v.duration_s,
        round(r.predicted_watch_ratio, 3) as predicted_ratio,
        round(r.predicted_long_view, 3) as predicted_long_view,
        case r.candidate_source
            when 'als' then 'near your taste'
            when 'als_alive' then 'near your taste'
            when 'trending' then 'watched now'
            when 'trending_taste' then 'watched now, near your taste'
            when 'trending_to_end' then 'watched now, likely to the end by you'
            when 'content' then 'new, of a kind you like'
            when 'item_based' then 'like videos you watched'
            when 'most_viewed' then 'widely watched'
            when 'best_received' then 'well received'
            else replace(r.candidate_source, '_', ' ')
        end
        || ' (#' || r.candidate_rank || ')'
        || coalesce(', raised by ' || raised.feature, '') as reason
    from listed as r
    left join {{ ref('videos') }} as v on r.video_id = v.video_id
    left join raised on r.video_id = raised.video_id
    where r.rank <= k
),

nothing_left as (
    select 'nothing is left: every video that could be listed was watched' as reason
    from {{ source('ml', 'user_factors') }} as f
    where
        f.run_id = {{ latest_run_id() }}
        and f.user_id = main.as_user_id(user_id)
        and k > 0
        and not exists (select 1 from listed)
)

select * from shown -- noqa: AM07
union all by name
select * from nothing_left
order by rank

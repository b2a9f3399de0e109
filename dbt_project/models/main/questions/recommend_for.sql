-- a list for someone who is in no table, from the videos they watched and how far: views
-- now, ALS taste and the chance of a long view, like source trending_taste, but with more
-- weight on taste in place of exposure. The vectors of the user are solved for, those of
-- the videos are of the latest run
{{ config(parameters=['history', 'k := 10']) }}
with vectors as (
    {{ latest_vectors() }}
),

als as (
    select
        json_extract_string(r.parameters, '$.candidates.als.confidence') as confidence,
        {{ als_number('base_confidence') }},
        {{ als_number('alpha') }},
        {{ als_number('saturation') }},
        {{ als_number('unliked_confidence') }},
        {{ als_number('regularization') }}
    from {{ source('ml', 'runs') }} as r
    where r.run_id = {{ latest_run_id() }}
),

factors as (
    select
        main.video_key(f.video_id) as video_id,
        cast(f.factors as double[]) as factors
    from {{ source('ml', 'video_factors') }} as f
    where f.run_id = {{ latest_run_id() }}
),

given as (
    select
        row_number() over () as place,
        main.video_key(g.view.video_id) as video_id,
        g.view.watch_ratio
    from (
        select
            unnest(
                cast(history as struct(video_id varchar, watch_ratio double)[])
            ) as view
    ) as g
),

views as (
    select
        g.place,
        g.video_id,
        g.watch_ratio,
        g.watch_ratio > t.watch_ratio_threshold as is_long_view,
        ln(greatest(g.watch_ratio * p.video_duration_ms, 100)) as log_play
    from given as g
    inner join {{ ref('video_profiles') }} as p on g.video_id = p.video_id
    left join {{ ref('long_view_thresholds') }} as t
        on {{ is_threshold_of('t', 'p.video_duration_ms') }}
),

-- ALS: the vector that one more half-step would give the user, exactly
weights as (
    select
        min(v.place) as place,
        v.video_id,
        case any_value(als.confidence)
            when 'long_view_count' then count_if(v.is_long_view)
            when 'watch_count' then count(*)
            when 'watch_ratio_sum' then sum(greatest(v.watch_ratio, 0.001))
            else sum(least(v.watch_ratio, 5))
        end as weight,
        any_value(als) as settings
    from views as v
    cross join als
    group by v.video_id
),

confidences as (
    select
        w.place,
        f.factors as features,
        if(
            w.weight > 0,
            w.settings.base_confidence + w.settings.alpha * w.weight
            / (
                1 + if(w.settings.saturation > 0, w.weight / w.settings.saturation, 0)
            ),
            w.settings.unliked_confidence
        ) as confidence,
        w.weight > 0 as is_liked
    from weights as w
    inner join factors as f on w.video_id = f.video_id
),

als_prior as (
    select
        v.entity_id + 1 as place,
        list_transform(
            range(1, len(v.vector) + 1),
            lambda i: v.vector[i] + if(i = v.entity_id + 1, als.regularization, 0)
        ) as line
    from vectors as v
    cross join als
    where v.entity = 'als_products'
),

-- a weight of confidence - 1 and a pull of confidence
als_looks as (
    select
        c.place,
        c.features,
        c.confidence - 1 as weight,
        if(c.is_liked, c.confidence / nullif(c.confidence - 1, 0), 0) as pull
    from confidences as c
    where c.confidence not in (0, 1)

    union all

    -- a confidence of 1 moves the pull alone: as a look that weighs next to nothing
    select
        c.place,
        c.features,
        0.000000001 as weight,
        1000000000 as pull
    from confidences as c
    where c.confidence = 1 and c.is_liked
),

als_user as (
    {{ folded('als_prior', 'als_looks') }} -- noqa: PRS
),

-- what is new has the mean vector of its tag, author and category
contents as (
    select
        p.video_id,
        list_transform(
            range(1, max(len(v.vector)) + 1),
            lambda i: list_avg(list_transform(list(v.vector), lambda x: x[i]))
        ) as factors
    from {{ ref('video_profiles') }} as p
    inner join vectors as v
        on
            (v.entity = 'tag' and p.first_tag_id = v.entity_id)
            or (v.entity = 'author' and p.author_id = v.entity_id)
            or (v.entity = 'category' and p.first_level_category_id = v.entity_id)
    where
        p.video_id not in (select f.video_id from factors as f)
        and len(v.vector) = (select count(*) from als_prior)
    group by p.video_id
),

all_factors as (
    select * from factors

    union all by name

    select * from contents
),

als_scores as (
    select
        f.video_id,
        list_inner_product(list_resize(f.factors, len(u.means)), u.means) as score,
        coalesce(v.vector[1], 0) as popularity
    from all_factors as f
    cross join als_user as u
    left join vectors as v on v.entity = 'video_popularity' and f.video_id = v.entity_id
    where u.means is not null
),

-- over the videos that ALS knows
als_means as (
    select
        avg(s.score) as score,
        avg(s.popularity) as popularity,
        coalesce(regr_slope(s.score, s.popularity), 0) as slope,
        sqrt(
            greatest(var_pop(s.score) - slope * covar_pop(s.score, s.popularity), 0)
        ) as spread
    from als_scores as s
    where s.video_id in (select f.video_id from factors as f)
),

-- the score less what popularity says of it, in its own spread
als_tastes as (
    select
        s.video_id,
        (s.score - m.score - m.slope * (s.popularity - m.popularity))
        / nullif(m.spread, 0) as taste
    from als_scores as s
    cross join als_means as m
),

-- play time: level, spread and taste, from what is known of all users and these views
new_user as (
    select
        usual.vector[1] as level,
        n.vector[1] as log_spread,
        n.vector[2] as log_spread_variance,
        n.vector[3] as outlier_spreads,
        n.vector[4] as honesty,
        c.vector as chance
    from vectors as n
    inner join vectors as usual on usual.entity = 'play_usual'
    inner join vectors as c on c.entity = 'play_chance'
    where n.entity = 'play_new_user'
),

play_prior as (
    select
        v.entity_id + 1 as place,
        v.vector as line
    from vectors as v
    where v.entity = 'play_prior_user'
),

residuals as (
    select
        v.place,
        v.log_play - n.level - b.vector[1] as residual,
        list_prepend(1, b.vector[2:]) as features
    from views as v
    inner join vectors as b on b.entity = 'play_video' and v.video_id = b.entity_id
    cross join new_user as n
),

-- as levels.sql has it for users of the log; of one view no spread is known
spreads as (
    select
        exp(
            any_value(n.log_spread)
            + coalesce(
                ln(greatest(
                    (quantile_cont(r.residual, 0.75) - median(r.residual)) / 0.6745,
                    exp(any_value(n.log_spread)) / 8
                ))
                - any_value(n.log_spread),
                0
            )
            * any_value(n.log_spread_variance)
            / (any_value(n.log_spread_variance) + 3.2 / count(r.residual))
            * cast(count(r.residual) > 1 as integer)
        ) as spread,
        coalesce(median(r.residual), 0)
        / (
            1 + 1.571 * exp(2 * any_value(n.log_spread)) * any_value(p.line[1])
            / greatest(count(r.residual), 1)
        ) as level
    from new_user as n
    inner join play_prior as p on p.place = 1
    left join residuals as r on true
),

play_looks as (
    select
        r.place,
        r.features,
        r.residual as pull,
        n.honesty / pow(s.spread, 2)
        * {{ event_weight('(r.residual - s.level)', 's.spread', 'n.outlier_spreads') }}
            as weight
    from residuals as r
    cross join spreads as s
    cross join new_user as n
),

play_user as (
    {{ folded('play_prior', 'play_looks') }} -- noqa: PRS
),

chances as (
    select
        b.entity_id as video_id,
        1 / (
            1 + exp(
                -n.chance[1] - n.chance[2]
                * (
                    n.level
                    + list_inner_product(u.means, list_prepend(1, b.vector[2:]))
                    + b.vector[1]
                    - ln(t.watch_ratio_threshold * p.video_duration_ms)
                ) / s.spread
            )
        ) as chance
    from vectors as b
    cross join play_user as u
    cross join spreads as s
    cross join new_user as n
    inner join {{ ref('video_profiles') }} as p on b.entity_id = p.video_id
    inner join {{ ref('long_view_thresholds') }} as t
        on {{ is_threshold_of('t', 'p.video_duration_ms') }}
    where b.entity = 'play_video'
),

-- the rate is of views per day; what is dead follows behind all that is alive
scored as (
    select
        v.video_id,
        c.chance,
        coalesce(a.taste, 0) as taste,
        ln(v.recent_rate) + 0.5 * coalesce(a.taste, 0) + coalesce(ln(c.chance), 0)
        - if(v.is_alive, 0, 1000) as score
    from {{ ref('cutoff_videos') }} as v
    inner join {{ ref('cutoffs') }} as b on v.cutoff = b.cutoff and b.is_boundary
    left join als_tastes as a on v.video_id = a.video_id
    left join chances as c on v.video_id = c.video_id
    where
        v.video_id not in (
            select g.video_id from given as g
            where g.video_id is not null
        )
),

listed as (
    select
        s.*,
        main.video_shown(s.video_id) as shown_id,
        row_number() over (order by s.score desc, s.video_id asc) as rank
    from scored as s
    qualify rank <= k
)

select
    l.rank,
    l.shown_id as video_id,
    v.caption,
    v.tags,
    v.duration_s,
    round(l.chance, 3) as predicted_long_view,
    round(l.taste, 3) as taste,
    round(l.score, 4) as score,
    'watched now' || if(l.taste > 0, ', near your taste', '') as reason
from listed as l
left join {{ ref('videos') }} as v on l.shown_id = v.video_id
order by l.rank

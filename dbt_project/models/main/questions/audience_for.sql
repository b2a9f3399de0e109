-- which users would watch a video for long that is in no table: its vector is that of its
-- category, first tag, author and caption, moved by the first views it had. Nearest first
{{ config(parameters=[
    'duration_s', 'category_id := null', 'tag_id := null', 'author_id := null',
    'caption := null', 'views := []', 'k := 10'
]) }}
with vectors as (
    {{ latest_vectors() }}
),

video_prior as (
    select
        v.entity_id + 1 as place,
        v.vector as line
    from vectors as v
    where v.entity = 'play_prior_video'
),

words as (
    select
        list_transform(
            range(1, max(len(v.vector)) + 1),
            lambda i: list_avg(list_transform(list(v.vector), lambda x: x[i]))
        ) as effect
    from vectors as v
    where
        v.entity = 'play_word'
        and v.shown_id in (select unnest({{ caption_words('caption') }}))
),

widths as (
    select count(*) as width from video_prior
),

-- what is expected before anybody watched
expected as (
    select
        list_transform(
            range(1, widths.width + 1),
            lambda i: coalesce(c.vector[i], 0) + coalesce(t.vector[i], 0)
            + coalesce(a.vector[i], 0) + coalesce(w.effect[i], 0)
        ) as means
    from words as w
    cross join widths
    left join vectors as c
        on c.entity = 'play_category' and c.entity_id = coalesce(category_id, -1)
    left join vectors as t
        on t.entity = 'play_tag' and t.entity_id = coalesce(main.tag_key(tag_id), -1)
    left join vectors as a
        on
            a.entity = 'play_author'
            and a.entity_id = coalesce(main.author_key(author_id), -1)
),

given as (
    select
        row_number() over () as place,
        main.user_key(g.view.user_id) as user_id,
        g.view.watch_ratio
    from (
        select
            unnest(
                cast(views as struct(user_id varchar, watch_ratio double)[])
            ) as view
    ) as g
),

-- log play time beyond what is expected of this user and this video
residuals as (
    select
        g.place,
        u.vector[1] as spread,
        list_prepend(1, u.vector[3:]) as features,
        ln(greatest(g.watch_ratio * duration_s * 1000, 100)) - u.vector[2]
        - list_inner_product(features, e.means) as residual
    from given as g
    inner join vectors as u on u.entity = 'play_user' and g.user_id = u.entity_id
    cross join expected as e
),

looks as (
    select
        r.place,
        r.features,
        r.residual as pull,
        n.vector[4] / pow(r.spread, 2)
        * {{ event_weight('r.residual', 'r.spread', 'n.vector[3]') }} as weight
    from residuals as r
    inner join vectors as n on n.entity = 'play_new_user'
),

difference as (
    {{ folded('video_prior', 'looks') }} -- noqa: PRS
),

video as (
    select
        list_transform(
            range(1, len(e.means) + 1), lambda i: e.means[i] + d.means[i]
        ) as means
    from expected as e
    cross join difference as d
),

margins as (
    select
        u.entity_id as user_id,
        list_inner_product(u.vector[3:], v.means[2:]) as taste,
        (
            u.vector[2] + v.means[1] + taste
            - ln(t.watch_ratio_threshold * duration_s * 1000)
        ) / u.vector[1] as margin
    from vectors as u
    cross join video as v
    inner join {{ ref('long_view_thresholds') }} as t
        on {{ is_threshold_of('t', 'duration_s * 1000') }}
    where
        u.entity = 'play_user'
        and u.entity_id not in (
            select g.user_id from given as g
            where g.user_id is not null
        )
)

select
    row_number() over (order by m.margin desc, m.user_id asc) as rank,
    main.user_shown(m.user_id) as user_id,
    round(1 / (1 + exp(-c.vector[1] - c.vector[2] * m.margin)), 4)
        as predicted_long_view,
    round(m.taste, 4) as taste
from margins as m
inner join vectors as c on c.entity = 'play_chance'
qualify rank <= k
order by rank

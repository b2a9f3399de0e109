-- Questions to the results of training, as table macros: duckdb reelrank.duckdb "from
-- recommend(14)" An unknown user, video or run gives an empty table. All speak of
-- ml.latest_run.

-- a feature's value as a person reads it: whole numbers and words as they are
create or replace macro main.readable(feature_value) as
    case
        when feature_value like '%.%' and try_cast(feature_value as double) is not null
            then format('{:.3g}', try_cast(feature_value as double))
        else feature_value
    end;

-- the list for a user, best first, with what speaks for each video. What is the same
-- for the whole list, such as the user's own history, speaks for none of its videos in
-- particular.
create or replace macro main.recommend(user_id, k := 10) as table
with contributions as (
    select
        e.video_id,
        e.feature,
        e.feature_value,
        e.contribution,
        count(*) over of_feature as video_count,
        min(e.feature_value) over of_feature as first_value,
        max(e.feature_value) over of_feature as last_value,
    from ml.explanations as e
    where
        e.run_id = (select l.run_id from ml.latest_run as l)
        and e.user_id = user_id
    window of_feature as (partition by e.feature)
),

raised as (
    select
        c.video_id,
        arg_max(
            replace(regexp_replace(c.feature, '_id$', ''), '_', ' ')
            || coalesce(' ' || main.readable(c.feature_value), ''),
            c.contribution
        ) as feature,
    from contributions as c
    where
        c.contribution > 0
        and (c.video_count = 1 or c.first_value is distinct from c.last_value)
    group by c.video_id
)

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
        when 'item_based' then 'like videos you watched'
        when 'most_viewed' then 'widely watched'
        when 'best_received' then 'well received'
        else replace(r.candidate_source, '_', ' ')
    end
    || ' (#' || r.candidate_rank || ')'
    || coalesce(', raised by ' || raised.feature, '') as reason,
from ml.recommendations as r
left join main.videos as v on r.video_id = v.video_id
left join raised on r.video_id = raised.video_id
where
    r.run_id = (select l.run_id from ml.latest_run as l)
    and r.user_id = user_id
    and r.rank <= k
order by r.rank;

-- what stage 1 proposed for a user, and where stage 2 put it
create or replace macro main.candidates(user_id, k := 20) as table
select
    c.rank,
    c.video_id,
    v.caption,
    v.tags,
    v.duration_s,
    c.source,
    round(c.score, 4) as score,
    r.rank as final_rank,
from ml.candidates as c
left join main.videos as v on c.video_id = v.video_id
left join ml.recommendations as r
    on
        c.run_id = r.run_id
        and c.user_id = r.user_id
        and c.video_id = r.video_id
        and r.user_id = user_id
where
    c.run_id = (select l.run_id from ml.latest_run as l)
    and c.user_id = user_id
    and c.rank <= k
order by c.rank;

-- the videos whose ALS vectors point most nearly in the same direction
create or replace macro main.similar_videos(video_id, k := 10) as table
with vectors as (
    select
        f.video_id,
        f.factors,
    from ml.video_factors as f
    where f.run_id = (select l.run_id from ml.latest_run as l)
),

nearest as (
    select
        other.video_id,
        array_cosine_similarity(other.factors, this.factors) as cosine,
    from vectors as this
    inner join vectors as other on this.video_id <> other.video_id
    where this.video_id = video_id
    order by cosine desc, other.video_id asc
    limit k
)

select
    row_number() over (order by n.cosine desc, n.video_id asc) as rank,
    n.video_id,
    v.caption,
    v.tags,
    v.duration_s,
    round(n.cosine, 4) as cosine,
from nearest as n
left join main.videos as v on n.video_id = v.video_id
order by rank;

-- the users whose ALS vectors point most nearly in the same direction
create or replace macro main.similar_users(user_id, k := 10) as table
with vectors as (
    select
        f.user_id,
        f.factors,
    from ml.user_factors as f
    where f.run_id = (select l.run_id from ml.latest_run as l)
),

nearest as (
    select
        this.user_id as asked_id,
        other.user_id,
        array_cosine_similarity(other.factors, this.factors) as cosine,
    from vectors as this
    inner join vectors as other on this.user_id <> other.user_id
    where this.user_id = user_id
    order by cosine desc, other.user_id asc
    limit k
)

select
    row_number() over (order by n.cosine desc, n.user_id asc) as rank,
    n.user_id,
    round(n.cosine, 4) as cosine,
    f.friend_id is not null as is_friend,
    u.user_active_degree,
    u.register_days,
from nearest as n
left join staging.stg_users as u on n.user_id = u.user_id
left join staging.stg_friendships as f
    on n.asked_id = f.user_id and n.user_id = f.friend_id
order by rank;

-- why the ranker put this video where it is: its largest contributions, for the top of
-- each list
create or replace macro main.explain(user_id, video_id) as table
select
    e.position,
    e.feature,
    main.readable(e.feature_value) as feature_value,
    round(e.contribution, 4) as contribution,
    case when e.contribution > 0 then 'up' else 'down' end as pushes,
    c.description,
from ml.explanations as e
left join training.feature_catalog as c on e.feature = c.feature_name
where
    e.run_id = (select l.run_id from ml.latest_run as l)
    and e.user_id = user_id
    and e.video_id = video_id
order by e.position;

-- every model and baseline of the latest run, per question, with 95 % intervals over
-- users; is_best: the best, or tied with it, since the interval of their paired difference
-- holds 0. Oracles know the truth, so they are not in the contest.
create or replace macro main.leaderboard(k := 10) as table
with listed as (
    select
        l.data_source as data,
        m.protocol,
        m.relevance,
        m.model,
        max(m.value) filter (m.metric = 'ndcg') as ndcg,
        max(m.ci_low) filter (m.metric = 'ndcg') as ndcg_low,
        max(m.ci_high) filter (m.metric = 'ndcg') as ndcg_high,
        max(m.value) filter (m.metric = 'true_chance') as true_chance,
        max(m.value) filter (m.metric = 'precision') as precision,
        max(m.value) filter (m.metric = 'recall') as recall,
        max(m.value) filter (m.metric = 'hit_rate') as hit_rate,
        max(m.user_count) as users,
        l.run_id,
        coalesce(ndcg, true_chance) as headline,
    from ml.metrics as m
    inner join ml.latest_run as l on m.run_id = l.run_id
    where
        m.k = k
        and m.relevance <> 'none'
        and m.metric in ('ndcg', 'true_chance', 'precision', 'recall', 'hit_rate')
    group by l.data_source, l.run_id, m.protocol, m.relevance, m.model
),

best as (
    select
        x.protocol,
        x.relevance,
        arg_max(x.model, x.headline) as model,
    from listed as x
    where x.model not in ('oracle', 'oracle_alive')
    group by x.protocol, x.relevance
)

select
    x.data,
    x.protocol,
    x.relevance,
    x.model,
    round(x.ndcg, 4) as ndcg,
    round(x.ndcg_low, 4) as ndcg_low,
    round(x.ndcg_high, 4) as ndcg_high,
    round(x.true_chance, 4) as true_chance,
    x.model = b.model or coalesce(c.ci_low <= 0 and c.ci_high >= 0, false) as is_best,
    round(x.precision, 4) as precision,
    round(x.recall, 4) as recall,
    round(x.hit_rate, 4) as hit_rate,
    x.users,
    x.run_id,
from listed as x
left join best as b on x.protocol = b.protocol and x.relevance = b.relevance
left join ml.comparisons as c
    on
        x.run_id = c.run_id
        and x.protocol = c.protocol
        and x.relevance = c.relevance
        and b.model = c.model
        and x.model = c.baseline
        and c.metric in ('ndcg', 'true_chance')
        and c.k = k
order by
    array_position(
        [
            'end_to_end', 'end_to_end_truth', 'dense', 'dense_end_to_end', 'holdout',
            'holdout_with_repeats',
        ],
        x.protocol
    ),
    x.relevance,
    x.headline desc nulls last,
    x.model;

-- run b minus run a, paired on the same users; each run is a run_id or a preset's name.
-- Models of equal value in both runs, the baselines, are left out. mae does not depend on k.
create or replace macro main.compare_runs(a, b, k := 10) as table
with runs as (
    select
        arg_max(r.run_id, r.finished_at) filter (a in (r.run_id, r.preset)) as run_a,
        arg_max(r.run_id, r.finished_at) filter (b in (r.run_id, r.preset)) as run_b,
    from ml.runs as r
),

differing as (
    select
        m.protocol,
        m.relevance,
        m.model,
    from ml.metrics as m
    where
        m.k = k
        and m.metric in ('ndcg', 'precision', 'recall')
        and m.run_id in (select unnest([r.run_a, r.run_b]) from runs as r)
    group by m.protocol, m.relevance, m.model, m.metric
    having count(*) = 2 and min(m.value) < max(m.value)
),

ranked as (
    select
        x.protocol,
        x.relevance,
        x.model,
        unnest([
            {
                metric: 'ndcg',
                a_value: x.ndcg::double,
                b_value: y.ndcg::double,
            },
            {
                metric: 'precision',
                a_value: x.precision::double,
                b_value: y.precision::double,
            },
            {
                metric: 'recall',
                a_value: x.recall::double,
                b_value: y.recall::double,
            },
        ], recursive := true),
    from ml.user_metrics as x
    inner join ml.user_metrics as y
        on
            x.protocol = y.protocol
            and x.relevance = y.relevance
            and x.model = y.model
            and x.user_id = y.user_id
    where
        x.run_id = (select r.run_a from runs as r)
        and y.run_id = (select r.run_b from runs as r)
        and x.k = k
        and y.k = k
        and (x.protocol, x.relevance, x.model) in (
            select (d.protocol, d.relevance, d.model) from differing as d
        )
),

paired as (
    select
        r.*,
        r.b_value - r.a_value as gain,
    from ranked as r

    union all by name

    -- of an error, less is better
    select
        x.protocol,
        'none' as relevance,
        x.model,
        'mae' as metric,
        x.mae as a_value,
        y.mae as b_value,
        x.mae - y.mae as gain,
    from ml.user_errors as x
    inner join ml.user_errors as y
        on x.protocol = y.protocol and x.model = y.model and x.user_id = y.user_id
    where
        x.run_id = (select r.run_a from runs as r)
        and y.run_id = (select r.run_b from runs as r)
        and x.model = 'ranker'
),

summed as (
    select
        p.protocol,
        p.relevance,
        p.model,
        p.metric,
        avg(p.a_value) as a_mean,
        avg(p.b_value) as b_mean,
        avg(p.b_value - p.a_value) as difference,
        avg(p.gain) as gain,
        1.96 * stddev_samp(p.gain) / sqrt(count(*)) as half_width,
        avg((p.gain > 0)::integer) as share_helped,
        avg((p.gain < 0)::integer) as share_hurt,
        count(*) as users,
    from paired as p
    group by p.protocol, p.relevance, p.model, p.metric
)

select
    s.protocol,
    s.relevance,
    s.model,
    s.metric,
    round(s.a_mean, 4) as a_value,
    round(s.b_mean, 4) as b_value,
    round(s.difference, 4) as difference,
    round(s.difference - s.half_width, 4) as ci_low,
    round(s.difference + s.half_width, 4) as ci_high,
    round(s.share_helped, 3) as share_helped,
    round(s.share_hurt, 3) as share_hurt,
    s.users,
    case
        when s.gain > s.half_width then 'b better'
        when -s.gain > s.half_width then 'a better'
        else 'no difference shown'
    end as verdict,
    (
        select string_agg(distinct r.data_source, ' and ')
        from ml.runs as r
        where r.run_id in (select unnest([c.run_a, c.run_b]) from runs as c)
    ) as data,
from summed as s
order by
    s.metric, s.protocol, s.relevance, abs(s.difference) desc, s.model;

-- from duckdb_functions() shows these
comment on macro table main.recommend is 'the list of a user, best first: recommend(user_id, k := 10)';
comment on macro table main.candidates is 'what the first stage proposed to a user: candidates(user_id, k := 20)';
comment on macro table main.similar_videos is 'nearest videos by ALS vectors: similar_videos(video_id, k := 10)';
comment on macro table main.similar_users is 'nearest users by ALS vectors: similar_users(user_id, k := 10)';
comment on macro table main.explain is 'why a recommended video is where it is: explain(user_id, video_id)';
comment on macro table main.leaderboard is 'models and baselines of the latest run: leaderboard(k := 10)';
comment on macro table main.compare_runs is 'run b minus run a on the same users: compare_runs(a, b, k := 10)';

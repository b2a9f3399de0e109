-- Do friends share taste?
-- Cosine of the ALS vectors of friends, beside as many pairs of users who are no
-- friends.
with vectors as (
    select
        main.user_key(f.user_id) as user_id,
        f.factors
    from ml.user_factors as f
    inner join ml.latest_run as l on f.run_id = l.run_id
),

friends as (
    select
        f.user_id,
        f.friend_id,
        row_number() over (order by f.user_id, f.friend_id) as position
    from staging.stg_friendships as f
),

pairs as (
    select
        'friends' as pair,
        user_id,
        friend_id as other_id
    from friends

    union all

    -- the friend's place is taken by the friend that the next friendship names
    select
        'strangers' as pair,
        one.user_id,
        next.friend_id as other_id
    from friends as one
    inner join friends as next
        on one.position % (select count(*) from friends) + 1 = next.position
)

select
    pairs.pair,
    count(*) as pairs,
    round(avg(array_cosine_similarity(one.factors, other.factors)), 4) as mean_cosine,
    round(
        1.96 * stddev_samp(array_cosine_similarity(one.factors, other.factors))
        / sqrt(count(*)), 4
    ) as plus_minus,
    (select s.label from staging.data_source as s) as data
from pairs
inner join vectors as one on pairs.user_id = one.user_id
inner join vectors as other on pairs.other_id = other.user_id
where pairs.user_id <> pairs.other_id
group by pairs.pair
order by pairs.pair;

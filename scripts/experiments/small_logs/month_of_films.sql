-- one row per rating, as a log of film ratings has them: 900 users, some 70,000 ratings
-- of 1,600 films in a month, each user in one or two evenings, each film once; a rating
-- of 1 to 5 is how far the film was watched, 5 beyond its end
with picked as (
    select
        n,
        cast(floor(900 * pow(chance(n, $seed, 'user'), 1.4)) as integer) as user_id,
        cast(floor(1600 * pow(chance(n, $seed, 'film'), 2.2)) as integer) as popular,
        if(
            chance(n, $seed, 'kind') < 0.6,
            popular - popular % 8 + user_id % 8,
            popular
        ) as film_id,
        hash(film_id, $seed, 'good') % 100 / 100 as goodness,
        if(film_id % 8 = user_id % 8, 0.7, 0) as liking,
        2 + 2 * goodness + liking + 2 * (chance(n, $seed, 'rating') - 0.5) as opinion,
        least(greatest(cast(round(opinion) as integer), 1), 5) as rating,
        hash(n, $seed, 'evening') % 2 as evening,
        hash(n, $seed, 'minute') % 150 as minute
    from range(90000) as t (n) -- noqa: AL05
)

select
    user_id,
    film_id as video_id,
    arg_min(rating, n) * 1300 as play_duration,
    6000 as video_duration,
    min(
        1593561600
        + 86400 * (hash(user_id, evening, $seed) % 30) + 3600 * 19 + 60 * minute
    ) as timestamp
from picked
group by user_id, film_id

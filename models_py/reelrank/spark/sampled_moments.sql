-- one row per event of train that is drawn, of about $max_rows. Squares modulo the prime
-- 2^31 - 1 scatter the numbers of an event: whole numbers alone, so that every engine
-- draws the same
with numbered as (
    select
        *,
        (
            cast(user_id as bigint) % 1000003 * 1021
            + cast(video_id as bigint) % 1000003 * 997
            + event_unix_ms % 1000003 * 983
            + $seed
        ) % 2147483647 as number
    from training.ranker_moments
    where dataset = 'train'
),

scattered as (
    select
        *,
        (number * number + 12345) % 2147483647 as squared
    from numbered
)

select * from scattered
where (squared * squared + 67890) % 2147483647 < $sample_below

-- users who met something new between cut-off $cutoff and its end of labels, $count of
-- them, drawn by a hash that is the same on every machine
with active as (
    select distinct interactions.user_id
    from training.interactions
    inner join training.cutoffs
        on
            interactions.event_unix_ms >= cutoffs.cutoff_unix_ms
            and interactions.event_unix_ms < cutoffs.labels_until_unix_ms
    where
        interactions.split = 'train'
        and interactions.nth_watch = 1
        and cutoffs.cutoff = $cutoff
),

drawn as (
    select user_id from active
    order by md5(concat_ws(' ', user_id, $cutoff, $seed))
    limit $count
)

select user_id from drawn
order by user_id

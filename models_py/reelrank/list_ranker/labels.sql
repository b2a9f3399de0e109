-- one row per pair met for the first time between cut-off $cutoff and its end of labels,
-- within train: what the user made of it
select
    interactions.user_id,
    interactions.video_id,
    bool_or(interactions.is_long_view) as is_long_view,
    bool_or(interactions.is_above_one) as is_above_one
from training.interactions
inner join training.cutoffs
    on
        interactions.event_unix_ms >= cutoffs.cutoff_unix_ms
        and interactions.event_unix_ms < cutoffs.labels_until_unix_ms
where interactions.split = 'train' and cutoffs.cutoff = $cutoff
group by all
having min(interactions.nth_watch) = 1
order by interactions.user_id, interactions.video_id

-- one row per pair watched before cut-off $cutoff: its first watch
select
    interactions.user_id,
    interactions.video_id
from training.interactions
inner join training.cutoffs
    on cutoffs.is_boundary or interactions.event_unix_ms < cutoffs.cutoff_unix_ms
where
    interactions.split = 'train'
    and interactions.nth_watch = 1
    and cutoffs.cutoff = $cutoff

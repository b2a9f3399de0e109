-- one row per (user_id, video_id) watched in train
select
    user_id,
    video_id,
    cast(watch_count as float) as watch_count,
    cast(watch_ratio_sum as float) as watch_ratio_sum,
    cast(clipped_watch_ratio_sum as float) as clipped_watch_ratio_sum,
    cast(long_view_count as float) as long_view_count
from training.als_confidences

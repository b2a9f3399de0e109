-- one row per video that can be recommended: watched in train, or uploaded before its end
select video_id
from training.als_confidences
union
select video_profiles.video_id
from features.video_profiles
cross join training.split_boundary
where video_profiles.uploaded_on < split_boundary.boundary_on
order by video_id

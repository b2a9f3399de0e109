-- train without the events taken out
delete from training.interactions
where split = 'train' and (user_id, video_id) in (
    select (taken_out.user_id, taken_out.video_id) from taken_out
);

delete from training.als_confidences
where (user_id, video_id) in (
    select (taken_out.user_id, taken_out.video_id) from taken_out
)

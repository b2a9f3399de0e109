-- one row per judged dense row, as rows_with_embeddings asks for it, with its place
create or replace temp view asked_dense_rows as
select
    rowid as place,
    user_id,
    video_id,
    event_at,
    video_duration_ms,
    0 as pair_watch_count
from judge_rows
where is_dense

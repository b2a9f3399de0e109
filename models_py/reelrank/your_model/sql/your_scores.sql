-- one row per pair of user and video of the file: higher comes first
create or replace temp table your_scores as
select
    user_id,
    video_id,
    cast(if($value = 'rank', -given_number, given_number) as float) as score
from given_rows

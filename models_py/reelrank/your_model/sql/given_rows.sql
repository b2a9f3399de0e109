-- one row per row of the file, numbered as people count: ids as keys of the tables, null
-- where the log has no such id, and the score or rank as a number
create or replace temp table given_rows as
with numbered as (
    select
        row_number() over () as given_row,
        *
    from given
)

select
    given_row,
    given_user,
    given_video,
    given_value,
    main.user_key(given_user) as user_id,
    main.video_key(given_video) as video_id,
    try_cast(given_value as double) as given_number
from numbered

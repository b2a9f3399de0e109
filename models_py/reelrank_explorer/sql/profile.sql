-- who a user is, in words
select
    section,
    item,
    views,
    long_view_share,
    note
from main.user_profile($user_id)

-- what each place of a user's list is made of: the chance of a long view, and the five
-- parts that add up to how it differs from user to user and video to video, in log-odds
{{ config(parameters=['user_id', 'k := 10']) }}
-- depends_on: {{ ref('id_keys') }}
with listed as (
    select
        l.rank,
        l.video_id,
        l.predicted_long_view,
        main.video_key(l.video_id) as video_key
    from {{ source('ml', 'recommendations') }} as l
    where
        l.run_id = {{ latest_run_id() }}
        and l.user_id = main.as_user_id(user_id)
        and l.rank <= k
),

{{ pair_parts('select main.user_key(user_id)', 'select listed.video_key from listed') }}

select
    listed.rank,
    listed.video_id,
    round(listed.predicted_long_view, 3) as predicted_long_view,
    round(p.level, 2) as level,
    round(p.video, 2) as video,
    round(p.taste, 2) as taste,
    round(p.context, 2) as context,
    round(p.length, 2) as length
from listed
left join pair_parts as p on listed.video_key = p.video_id
order by listed.rank

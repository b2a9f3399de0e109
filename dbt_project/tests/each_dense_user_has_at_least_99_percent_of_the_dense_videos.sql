-- What makes the dense matrix dense; a hundredth of few videos is rounded up to whole
-- ones. A matrix with more gaps is evaluated all the same.
{{ config(severity='warn') }}

with videos as (
    select count(distinct video_id) as video_count
    from {{ ref('stg_dense_interactions') }}
),

users as (
    select
        user_id,
        count(*) as pair_count
    from {{ ref('stg_dense_interactions') }}
    group by user_id
)

select
    users.user_id,
    users.pair_count,
    videos.video_count
from users
cross join videos
where videos.video_count - users.pair_count > ceil(0.01 * videos.video_count)

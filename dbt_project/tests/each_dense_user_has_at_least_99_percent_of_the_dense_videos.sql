-- What makes the dense matrix dense. A matrix with more gaps is evaluated all the same.
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
where users.pair_count < 0.99 * videos.video_count

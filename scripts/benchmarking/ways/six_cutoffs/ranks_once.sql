with ranked as (
    select
        row_number() over (
            partition by user_id order by watch_ratio_e4, video_id
        ) as rank
    from events
    qualify rank <= 250
),

cutoffs as (
    select unnest([5, 10, 20, 50, 100, 250]) as k
)

select count(*)
from ranked
inner join cutoffs on ranked.rank <= cutoffs.k

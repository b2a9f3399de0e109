-- the hits in the first ten places (bit 0 is the first) of every schedule, relevance and
-- user who met something new on the first day after the boundary; what was watched in
-- between is taken from lists of earlier days.
-- Rule most_viewed_1d is judged beside them
with day as (
    select boundary_on from training.split_boundary
),

met as (
    select
        user_id,
        video_id,
        bool_or(is_long_view) as is_long_view,
        bool_or(is_above_one) as is_above_one
    from training.interactions as events
    where
        split = 'holdout'
        and event_on = (select day.boundary_on from day)
        and not exists (
            select 1 from training.als_confidences as watched
            where
                events.user_id = watched.user_id
                and events.video_id = watched.video_id
        )
    group by all
),

wanted as (
    select
        user_id,
        video_id,
        unnest(['long_view', 'watch_ratio_above_1']) as relevance,
        unnest([is_long_view, is_above_one]) as is_relevant
    from met
),

relevant as (
    select * exclude (is_relevant)
    from wanted
    where is_relevant
),

users as (
    select
        user_id,
        relevance,
        count(*) as relevant_count
    from relevant
    group by all
),

most_viewed as (
    select
        cutoff_videos.video_id,
        row_number() over (
            order by cutoff_videos.view_count_1d desc, cutoff_videos.video_id asc
        ) as rank
    from training.cutoff_videos
    inner join training.cutoffs on cutoff_videos.cutoff = cutoffs.cutoff
    where cutoffs.is_boundary
    qualify rank <= 1000
),

all_lists as (
    select
        schedule,
        user_id,
        video_id,
        rank
    from day_lists

    union all by name

    select
        'most_viewed_1d' as schedule,
        met_users.user_id,
        most_viewed.video_id,
        most_viewed.rank
    from most_viewed
    cross join (select distinct met.user_id from met) as met_users -- noqa: ST05
),

shown as (
    select
        all_lists.schedule,
        all_lists.user_id,
        all_lists.video_id,
        row_number() over (
            partition by all_lists.schedule, all_lists.user_id
            order by all_lists.rank
        ) as place
    from all_lists
    anti join training.als_confidences as watched
        on
            all_lists.user_id = watched.user_id
            and all_lists.video_id = watched.video_id
    qualify place <= 10
),

schedules as (
    select distinct schedule from all_lists
),

hits as (
    select
        shown.schedule,
        shown.user_id,
        relevant.relevance,
        bit_or(1 << (shown.place - 1)) as hit_bits
    from shown
    inner join relevant
        on
            shown.user_id = relevant.user_id
            and shown.video_id = relevant.video_id
    group by all
)

select
    schedules.schedule,
    users.relevance,
    users.user_id,
    users.relevant_count,
    coalesce(hits.hit_bits, 0) as hit_bits
from users
cross join schedules
left join hits
    on
        schedules.schedule = hits.schedule
        and users.relevance = hits.relevance
        and users.user_id = hits.user_id
order by users.relevance, users.user_id, schedules.schedule

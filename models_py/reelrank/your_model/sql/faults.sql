-- the first row of the file that cannot be judged, and how many have the same fault; no
-- row for a file without faults
with pairs as (
    select
        *,
        typeof(given_user) similar to '(DOUBLE|FLOAT|DECIMAL).*'
        and try_cast(given_user as double) % 1 <> 0 as has_odd_user,
        typeof(given_video) similar to '(DOUBLE|FLOAT|DECIMAL).*'
        and try_cast(given_video as double) % 1 <> 0 as has_odd_video
    from given_rows
),

checked as (
    select
        pairs.given_row,
        case
            when pairs.given_user is null then ['user_id', 'is empty']
            when users.user_id is null or pairs.has_odd_user
                then ['user_id', format('{} is not a user of the log', pairs.given_user)]
            when pairs.given_video is null then ['video_id', 'is empty']
            when videos.video_id is null or pairs.has_odd_video
                then
                    [
                        'video_id',
                        format('{} is not a video of the log', pairs.given_video)
                    ]
            when pairs.given_value is null then [$value, 'is empty']
            when pairs.given_number is null or not isfinite(pairs.given_number)
                then
                    [$value, format('{} is not a finite number', pairs.given_value)]
            when
                $value = 'rank'
                and (pairs.given_number < 1 or pairs.given_number % 1 <> 0)
                then
                    [$value, format('{} is not a whole number from 1', pairs.given_value)]
        end as fault
    from pairs
    left join judge_users as users on pairs.user_id = users.user_id
    left join judge_videos as videos on pairs.video_id = videos.video_id
),

repeated as (
    select
        max(given_row) as given_row,
        [
            'user_id, video_id',
            format(
                'the pair {}, {} is there twice',
                any_value(given_user),
                any_value(given_video)
            )
        ] as fault
    from given_rows
    group by user_id, video_id
    having count(*) > 1
),

repeated_ranks as (
    select
        max(given_row) as given_row,
        [
            $value,
            format(
                'user {} has two videos of rank {}',
                any_value(given_user),
                any_value(given_value)
            )
        ] as fault
    from given_rows
    where $value = 'rank'
    group by user_id, given_number
    having count(*) > 1
),

faults as (
    select
        *,
        1 as severity
    from checked
    where fault is not null
    union all
    select
        *,
        2 as severity
    from repeated
    union all
    select
        *,
        3 as severity
    from repeated_ranks
)

select
    min(given_row) as given_row,
    fault[1] as column_name,
    arg_min(fault[2], given_row) as problem,
    count(*) as row_count
from faults
group by severity, column_name
order by severity, given_row
limit 1

-- figures of the side tables; the names of the columns are the figures
select
    count(*) as "daily rows",
    count(distinct author_id) as "daily authors",
    count(*) / count(distinct video_id) as "daily rows per video, mean",
    share_of(video_duration is null) as "daily share of empty video_duration",
    share_of(video_tag_name is null) as "daily share of empty video_tag_name",
    share_of(collect_cnt is null) as "daily share of empty collect_cnt",
    count(*) filter (
        collect_cnt is null and date >= 20200728
    ) as "daily empty collect_cnt from 07-28",
    quantiles(ln(play_cnt + 1)) as "daily log of play_cnt, p",
    avg(play_cnt) as "daily mean play_cnt",
    sum(like_cnt) / sum(play_cnt) as "daily likes per play",
    sum(comment_cnt) / sum(play_cnt) as "daily comments per play",
    sum(share_cnt) / sum(play_cnt) as "daily shares per play"
from daily;

with by_pair as (
    select
        video_id,
        date,
        count(*) as n
    from daily
    group by video_id, date
)

select max(n) as "daily rows of a pair of video and date"
from by_pair;

select
    count(*) as "user rows",
    share_of(user_active_degree = 'full_active') as "user share full_active",
    quantiles(follow_user_num::integer) as "user follow number, p",
    quantiles(register_days::integer) as "user register days, p",
    share_of(onehot_feat4 is null) as "user share of empty onehot_feat4",
    share_of(onehot_feat12 is null) as "user share of empty onehot_feat12",
    share_of(onehot_feat13 is null) as "user share of empty onehot_feat13",
    share_of(onehot_feat14 is null) as "user share of empty onehot_feat14",
    share_of(onehot_feat15 is null) as "user share of empty onehot_feat15",
    share_of(onehot_feat16 is null) as "user share of empty onehot_feat16",
    share_of(onehot_feat17 is null) as "user share of empty onehot_feat17"
from users;

with always_filled as (
    select
        columns(* exclude (
            onehot_feat4, onehot_feat12, onehot_feat13, onehot_feat14, onehot_feat15,
            onehot_feat16, onehot_feat17
        ))
    from users
),

cells_of_users as (
    select list_value(*columns(*)) as cells
    from always_filled
)

select count(*) as "user rows with other empty cells"
from cells_of_users
where list_count(cells) < len(cells);

select
    count(*) as "category rows",
    avg(tags) as "category tags per video"
from categories;

select
    count(*) as "friend lists",
    avg(friends) as "friends per list"
from friends;

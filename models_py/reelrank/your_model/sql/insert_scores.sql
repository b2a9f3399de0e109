-- what a judged model said: its scores of dense pairs and of pairs met after the
-- boundary, and the first 100 of its lists
insert into ml.judged_scores by name
with events as (
    select
        user_id,
        video_id,
        if(is_dense, 'dense', 'holdout') as protocol
    from judge_rows
    where is_first
)

select
    $run_id as run_id,
    $name as model,
    events.protocol,
    main.user_shown(events.user_id) as user_id,
    main.video_shown(events.video_id) as video_id,
    null as rank,
    yours.score
from events
inner join your_scores as yours
    on events.user_id = yours.user_id and events.video_id = yours.video_id
where list_contains($protocols, events.protocol)
union all
select
    $run_id as run_id,
    $name as model,
    'end_to_end' as protocol,
    main.user_shown(user_id) as user_id,
    main.video_shown(video_id) as video_id,
    rank,
    score
from your_lists
where rank <= 100 and list_contains($protocols, 'end_to_end')
order by protocol, user_id, rank, video_id

-- models that score every dense pair give the same lists end to end as in protocol dense
insert into run_user_metrics by name
select
    * replace (
        'dense_end_to_end' as protocol,
        if(model = 'ranker', 'ranker_over_everything', model) as model
    )
from run_user_metrics
where protocol = 'dense' and model != 'ranker_debiased'

-- In KuaiRec the log and the dense matrix share no pair; own logs may.
select
    dense.user_id,
    dense.video_id
from {{ ref('stg_dense_interactions') }} as dense
inner join {{ ref('stg_interactions') }} as log
    on dense.user_id = log.user_id and dense.video_id = log.video_id
cross join {{ ref('data_source') }} as data_source
where data_source.kind != 'own'

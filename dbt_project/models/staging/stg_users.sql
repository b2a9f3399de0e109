-- one row per user of user_features.csv, or only of the log, then without attributes
with typed as (
    select * from {{ ref('typed_users') }}
    where problem is null
),

described as (
    select {{ all_but(['line_content', 'line_number', 'file_path', 'problem']) }}
    from typed
    qualify row_number() over (partition by user_id order by line_number) = 1
),

met as (
    select user_id from {{ ref('stg_interactions') }}
    union
    select user_id from {{ ref('stg_dense_interactions') }}
),

users as (
    select user_id from described
    union
    select user_id from met
)

select
    users.user_id,
    {{ all_but(['user_id'], 'described') }} -- noqa: RF02
from users
left join described on users.user_id = described.user_id
order by users.user_id

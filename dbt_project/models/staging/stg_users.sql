-- one row per user of user_features.csv, or only of the log, then without attributes
with typed as (
    select * from {{ ref('typed_users') }}
    where problem is null
),

described as (
    select * exclude (line_content, line_number, file_path, problem)
    from typed
    qualify row_number() over (partition by user_id order by line_number) = 1
),

met as (
    select user_id from {{ ref('stg_interactions') }}
    union
    select user_id from {{ ref('stg_dense_interactions') }}
),

undescribed as (
    select user_id from met
    where user_id not in (select described.user_id from described)
)

select * from described
union all by name
select * from undescribed
order by user_id

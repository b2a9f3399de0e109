-- one row per user; without user_features.csv, one per user met, without attributes
with typed as (
    select * from {{ ref('typed_users') }}
    where problem is null
),

described as (
    select * exclude (line_content, line_number, problem)
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
    where not exists (from typed)
)

select * from described
union all by name
select * from undescribed
order by user_id

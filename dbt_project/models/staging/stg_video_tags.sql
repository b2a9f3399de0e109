-- one row per video, of item_categories.csv, or only in the log, then without tags
{{ config(meta={'rests_on': ['item_categories']}) }}
with typed as (
    select * from {{ ref('typed_video_tags') }}
    where problem is null
),

described as (
    select
        video_id,
        coalesce(tag_ids, {{ empty_list('integer') }}) as tag_ids
    from typed
    qualify
        row_number() over (
            partition by video_id
            order by coalesce({{ length_of('tag_ids') }}, 0) desc, line_number
        ) = 1
),

met as (
    select video_id from {{ ref('stg_interactions') }}
    union
    select video_id from {{ ref('stg_dense_interactions') }}
),

undescribed as (
    select
        video_id,
        {{ empty_list('integer') }} as tag_ids
    from met
    where video_id not in (select described.video_id from described)
)

select * from described
union all
select * from undescribed
order by video_id

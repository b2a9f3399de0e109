-- The counts of KuaiRec 2.0, where the source says that it is KuaiRec 2.0.
with known as (
    select * from (
        values
        ('big_matrix', 12530806, 11562802, 7176, 10728),
        ('small_matrix', 4676570, 4676570, 1411, 3327),
        ('user_features', 7176, 7176, 7176, null),
        ('item_categories', 10728, 10728, null, 10728),
        ('item_daily_features', 343341, 343341, null, 10728),
        ('social_network', 472, 472, 472, null),
        ('kuairec_caption_category', 10728, 10728, null, 10728)
    ) as counts (file, rows_read, rows_kept, users, videos) -- noqa: AL05
)

select
    known.*,
    report.rows_read as rows_read_here,
    report.rows_kept as rows_kept_here,
    report.users as users_here,
    report.videos as videos_here
from known
inner join {{ ref('load_report') }} as report on known.file = report.file
cross join {{ ref('data_source') }} as data_source
where
    data_source.kind = 'kuairec'
    and data_source.label like 'KuaiRec 2.0%'
    -- files that KuaiRec's archive may come without
    and not (
        report.rows_read = 0
        and known.file in ('social_network', 'kuairec_caption_category')
    )
    and (
        known.rows_read != report.rows_read
        or known.rows_kept != report.rows_kept
        or known.users is distinct from report.users
        or known.videos is distinct from report.videos
    )

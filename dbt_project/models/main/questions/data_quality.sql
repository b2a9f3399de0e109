-- what was loaded, rejected and left unknown: one row per file or table and measure.
-- Measures of no rows are left out. verdict: look (rows lost or nothing loaded), note
-- (worth knowing), ok. Drift is of the days of the holdout; what the log's findings say
-- comes first, in words
with loaded as (
    select
        1 as subject_order,
        file as subject,
        rows_read as all_rows,
        unnest(
            [
                { position: 1, measure: 'rows read', row_count: rows_read },
                { position: 2, measure: 'rows kept', row_count: rows_kept },
                { position: 3, measure: 'duplicates removed', row_count: rows_duplicate },
                { position: 4, measure: 'rows rejected', row_count: rows_rejected },
                {
                    position: 5,
                    measure: 'rows unaccounted for',
                    row_count: rows_read - rows_kept - rows_duplicate - rows_rejected
                }
            ],
            recursive := true
        )
    from {{ ref('load_report') }}
),

set_aside as (
    select
        2 as subject_order,
        file as subject,
        null::bigint as all_rows,
        1 as position,
        'rejected: ' || coalesce(column_name || ' ', '') || reason as measure,
        count(distinct coalesce(line_number::varchar, line_content)) as row_count
    from {{ ref('rejected_rows') }}
    group by file, column_name, reason
),

users as (
    select
        3 as subject_order,
        'users' as subject,
        count(*) as all_rows,
        unnest(
            [
                { position: 1, measure: 'all', row_count: count(*) },
                {
                    position: 2,
                    measure: 'activity unknown',
                    row_count: count(*) - count(user_active_degree)
                },
                {
                    position: 3,
                    measure: 'register days unknown',
                    row_count: count(*) - count(register_days)
                }
            ],
            recursive := true
        )
    from {{ ref('stg_users') }}
),

videos as (
    select
        4 as subject_order,
        'videos' as subject,
        count(*) as all_rows,
        unnest(
            [
                { position: 1, measure: 'all', row_count: count(*) },
                {
                    position: 2,
                    measure: 'without caption',
                    row_count: count(*) - count(caption)
                },
                {
                    position: 3,
                    measure: 'without tag',
                    row_count: count(*) filter (where len(tags) = 0)
                },
                {
                    position: 4,
                    measure: 'category unknown',
                    row_count: count(*) - count(category)
                },
                {
                    position: 5,
                    measure: 'author unknown',
                    row_count: count(*) - count(author_id)
                },
                {
                    position: 6,
                    measure: 'upload day unknown',
                    row_count: count(*) - count(uploaded_on)
                }
            ],
            recursive := true
        )
    from {{ ref('videos') }}
),

dense_times as (
    select
        5 as subject_order,
        'dense matrix' as subject,
        count(*) as all_rows,
        1 as position,
        'without time' as measure,
        count(*) filter (where event_at is null) as row_count
    from {{ ref('stg_dense_interactions') }}
),

measures as (
    select * from loaded
    union all by name
    select * from set_aside
    union all by name
    select * from users
    union all by name
    select * from videos
    union all by name
    select * from dense_times
),

-- what changed, of the days of the holdout
drifting as (
    select
        min(d.volume_ratio) as least_volume,
        max(d.volume_ratio) as most_volume,
        max(d.duration_psi_train) as duration_train,
        max(d.duration_psi_before) as duration_before,
        max(d.ratio_psi_train) as ratio_train,
        max(d.ratio_psi_before) as ratio_before,
        max(d.new_user_share) as new_users,
        max(d.new_video_share) as new_videos,
        max(d.null_share_change) as unknown
    from {{ ref('day_drift') }} as d
    where d.split = 'holdout'
    having count(*) > 0
),

drift as (
    select
        6 as subject_order,
        'drift' as subject,
        unnest(
            [
                {
                    position: 1,
                    measure: format(
                        'events a day: {:.2f} to {:.2f} times those of the week before',
                        least_volume,
                        most_volume
                    ),
                    is_far: greatest(most_volume, 1 / least_volume)
                    > {{ var('drift_max_volume_ratio') }}
                },
                {
                    position: 2,
                    measure: format(
                        'lengths: PSI at most {:.3f} against train, '
                        || '{:.3f} against the day before',
                        duration_train,
                        duration_before
                    ),
                    is_far: greatest(duration_train, duration_before)
                    > {{ var('drift_max_psi') }}
                },
                {
                    position: 3,
                    measure: format(
                        'watch ratios: PSI at most {:.3f} against train, '
                        || '{:.3f} against the day before',
                        ratio_train,
                        ratio_before
                    ),
                    is_far: greatest(ratio_train, ratio_before)
                    > {{ var('drift_max_psi') }}
                },
                {
                    position: 4,
                    measure: format(
                        'new on a day: at most {:.1f} % of users, {:.1f} % of videos',
                        100 * new_users,
                        100 * new_videos
                    ),
                    is_far: greatest(new_users, new_videos)
                    > {{ var('drift_max_new_share') }}
                },
                {
                    position: 5,
                    measure: format(
                        'tag, author or category unknown: at most {:.1f} points '
                        || 'away from train',
                        100 * unknown
                    ),
                    is_far: unknown > {{ var('drift_max_null_change') }}
                }
            ],
            recursive := true
        )
    from drifting
),

judged as (
    select
        m.*,
        m.row_count / nullif(m.all_rows, 0) as share,
        case
            when m.measure = 'rows unaccounted for' and m.row_count <> 0 then 'look'
            when m.measure = 'rows kept' and m.row_count = 0 and m.all_rows > 0
                then 'look'
            when m.measure like '%rejected%' and m.row_count > 0 then 'note'
            else 'ok'
        end as verdict
    from measures as m
),

source as (
    select
        0 as subject_order,
        'source' as subject,
        1 as position,
        label as measure,
        case kind when 'simulated' then 'SIMULATED' else 'ok' end as verdict
    from {{ ref('data_source') }}
),

-- how an own log is written, found in the file or set
ways as (
    select
        0 as subject_order,
        'the log' as subject,
        1000 as position,
        w.file
        || ': '
        || w.column_name
        || ' has '
        || w.format
        || ' ('
        || w.decided_by
        || ')'
            as measure,
        'ok' as verdict
    from {{ ref('column_formats') }} as w
    where
        w.decided_by <> 'known of KuaiRec'
        and w.file in (
            select r.file from {{ ref('load_report') }} as r
            where r.rows_read > 0
        )
),

findings as (
    select
        0 as subject_order,
        'the log' as subject,
        1 + row_number() over (order by severity, position, message) as position,
        message || ' ' || remedy as measure,
        case severity when 'error' then 'look' else 'note' end as verdict
    from {{ ref('log_findings') }}
),

facts as (
    select * from source
    union all by name
    select * from findings
    union all by name
    select * from ways
    union all by name
    select * from judged
    union all by name
    select
        d.subject_order,
        d.subject,
        d.position,
        d.measure,
        if(d.is_far, 'note', 'ok') as verdict
    from drift as d
    where d.measure is not null
)

select
    f.subject,
    f.measure,
    f.row_count,
    round(f.share, 5) as share,
    f.verdict
from facts as f
where f.row_count is null or f.row_count <> 0 or f.measure = 'rows unaccounted for'
order by f.subject_order, f.subject = 'the log', f.subject, f.position, f.measure

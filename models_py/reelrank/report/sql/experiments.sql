-- one row per (experiment, arm): the effect on long views per served video, estimated and
-- known, when the arm could have stopped, and the users that interleaving needs
with effects as (
    select
        name,
        arm,
        max(difference) filter (method = 'cuped') as difference,
        max(ci_low) filter (method = 'cuped') as ci_low,
        max(ci_high) filter (method = 'cuped') as ci_high,
        max(difference) filter (method = 'welch') as plain_difference,
        max(ci_low) filter (method = 'welch') as plain_low,
        max(ci_high) filter (method = 'welch') as plain_high,
        max(difference) filter (method = 'known') as known_difference,
        max(ci_low) filter (method = 'known') as known_low,
        max(ci_high) filter (method = 'known') as known_high
    from ml.experiments_effects
    where run_id = $run_id and metric = 'long_views'
    group by name, arm
),

stops as (
    select
        name,
        arm,
        min(day) filter (is_stopped) as stop_day,
        max(day) as last_day
    from ml.experiments_days
    where run_id = $run_id
    group by name, arm
),

checks as (
    select
        name,
        bool_and(is_passed) as is_passed
    from ml.experiments_checks
    where run_id = $run_id
    group by name
)

select
    experiments.name,
    experiments.made_at,
    experiments.days,
    experiments.per_day,
    effects.arm,
    experiments.policies[1] as control,
    experiments.policies[effects.arm + 1] as policy,
    effects.* exclude (name, arm),
    stops.stop_day,
    stops.last_day,
    checks.is_passed,
    interleaved.difference as interleaved_difference,
    interleaved.users_needed,
    interleaved.users_needed_in_arms,
    interleaved.users_needed_with_cuped
from ml.experiments as experiments
inner join effects on experiments.name = effects.name
inner join checks on experiments.name = checks.name
left join stops on effects.name = stops.name and effects.arm = stops.arm
left join ml.experiments_interleaved as interleaved
    on
        experiments.run_id = interleaved.run_id
        and effects.name = interleaved.name
        and effects.arm = interleaved.arm
where experiments.run_id = $run_id
order by experiments.made_at, effects.arm

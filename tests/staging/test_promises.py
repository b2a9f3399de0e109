"""Each promise about the data is a test that notices when it is broken."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from workbench import Job

REPO_ROOT = Path(__file__).resolve().parents[2]
# what is done to a table of a good database, and the promise that must be found broken
DAMAGE = {
    "no_pair_of_the_dense_matrix_is_in_the_log": (
        "update staging.stg_dense_interactions as dense set user_id = log.user_id,"
        " video_id = log.video_id from (select user_id, video_id from staging.stg_interactions"
        " limit 1) as log where dense.rowid = 0"
    ),
    "train_ends_before_holdout_begins": (
        "update training.interactions set split = case split when 'train' then 'holdout'"
        " else 'train' end where event_unix_ms = (select min(event_unix_ms)"
        " from training.interactions)"
    ),
    "the_split_has_exactly_floor_of_0_8_n_rows_in_train": (
        "delete from training.interactions where rowid = 0"
    ),
    "als_confidences_come_from_train_only": (
        "insert into training.als_confidences by name select user_id, video_id,"
        " 1::integer as watch_count, 1.0 as watch_ratio_sum, 1.0 as clipped_watch_ratio_sum,"
        " 0::integer as long_view_count, event_unix_ms as last_event_unix_ms"
        " from training.interactions where split = 'holdout' and nth_watch = 1"
        " and hash(user_id) % 8 = 0 limit 1"
    ),
    "no_feature_knows_the_future": (
        "update features.user_history set user_view_count = user_view_count + 1"
    ),
    "each_dense_user_has_at_least_99_percent_of_the_dense_videos": (
        "delete from staging.stg_dense_interactions where user_id = (select min(user_id)"
        " from staging.stg_dense_interactions) and video_id % 10 = 0"
    ),
    "the_real_kuairec_has_its_known_row_counts": (
        "update staging.data_source set kind = 'kuairec', label = 'KuaiRec 2.0'"
    ),
    "rows_read_are_rows_kept_duplicate_or_rejected": (
        "update staging.load_report set rows_read = rows_read + 1 where file = 'social_network'"
    ),
    "only_a_small_share_of_a_file_is_rejected": (
        "update staging.load_report set rows_rejected = rows_read // 500 where file = 'big_matrix'"
    ),
    "few_users_and_videos_of_a_holdout_day_are_new": (
        "update training.day_drift set new_user_share = 1 where split = 'holdout'"
    ),
    "the_volume_of_a_holdout_day_is_like_that_of_the_week_before": (
        "update training.day_drift set volume_ratio = 0.01 where split = 'holdout'"
    ),
    "as_much_is_unknown_of_the_videos_of_the_holdout_as_of_train": (
        "update training.day_drift set null_share_change = 1 where split = 'holdout'"
    ),
    "lengths_and_ratios_of_the_holdout_are_like_those_of_train_and_of_the_day_before": (
        "update training.day_drift set ratio_psi_train = 3 where split = 'holdout'"
    ),
    "the_log_can_be_learned_from": (
        "insert into training.log_findings"
        " values (21, 'nothing_played', 'error', 'Every play time is 0.', 'Name the column.')"
    ),
    "no_row_of_a_file_is_rejected": (
        "update staging.load_report set rows_rejected = 1 where file = 'user_features'"
    ),
    "watch_ratio_is_play_duration_over_video_duration": (
        "update staging.stg_interactions set watch_ratio = watch_ratio + 0.1 where rowid = 1"
    ),
    "local_time_is_the_instant_on_the_local_clock": (
        "update staging.stg_interactions set event_at = event_at + interval 1 hour"
    ),
    "nth_watch_counts_the_views_of_a_pair_by_time": (
        "update staging.stg_interactions set nth_watch = nth_watch + 1 where nth_watch > 1"
    ),
    "relationships_stg_interactions_user_id__user_id__ref_stg_users_": (
        "delete from staging.stg_users where user_id = (select min(user_id)"
        " from staging.stg_interactions)"
    ),
    "unique_user_profiles_user_id": (
        "insert into features.user_profiles from features.user_profiles"
        " where user_id = (select min(user_id) from training.interactions)"
    ),
    "states_do_not_overlap_user_author_history_user_id__author_id": (
        "update features.user_author_history set valid_to = date '9999-12-31' where user_id % 2 = 0"
    ),
    "cutoff_videos_know_nothing_after_their_cutoff": (
        "update training.cutoff_videos set view_count = view_count + 1"
    ),
    "cutoffs_lie_in_train_and_end_at_the_boundary": (
        "update training.cutoffs set cutoff_unix_ms = cutoff_unix_ms + 1 where is_boundary"
    ),
    "log_history_equals_its_recount": (
        "update features.log_history set prior_mean_log_play = prior_mean_log_play + 0.01"
    ),
    "long_views_are_level_across_duration": (
        "update training.interactions set is_long_view = video_duration_ms < 8000"
    ),
    "recent_windows_equal_their_recount": (
        "update features.user_recent_history set user_sd_log_play = user_sd_log_play + 0.01"
    ),
    "video_counters_are_of_the_latest_earlier_day": (
        "update features.video_counter_history set counter_report_rate = counter_report_rate + 1"
    ),
    "leaky_features_serve_the_reference_set_alone": (
        "update training.feature_catalog set feature_sets = ['reference', 'default']"
        " where feature_name = 'daily_completion_rate'"
    ),
    "ranker_rows_have_the_columns_of_their_contract": (
        "update training.feature_catalog set kind = 'categorical'"
        " where feature_name = 'video_age_days'"
    ),
    "recounts_from_raw_events_video_history_video_id__video__20": (
        "update features.video_history set video_mean_watch_ratio = video_mean_watch_ratio + 0.01"
    ),
    "recounts_from_raw_events_user_author_history_True__user_id__author_id__user_author__5": (
        "update features.user_author_history set valid_to = valid_from where user_id % 2 = 1"
    ),
    "unique_combination_interactions_user_id__video_id__nth_watch__user_id": (
        "insert into training.interactions (from training.interactions order by user_id limit 1)"
    ),
    "unique_combination_stg_interactions_user_id__video_id__nth_watch": (
        "insert into staging.stg_interactions (from staging.stg_interactions limit 1)"
    ),
    "unique_combination_rejected_rows_file_path__line_number": (
        "insert into staging.rejected_rows by name select 'big_matrix' as file,"
        " 'big_matrix.csv' as file_path, 9 as line_number, 'x' as line_content, 'why' as reason"
        " from range(2)"
    ),
    "unique_combination_stg_video_days_video_id__date": (
        "insert into staging.stg_video_days from staging.stg_video_days limit 1"
    ),
}
WARNINGS = {
    "as_much_is_unknown_of_the_videos_of_the_holdout_as_of_train",
    "few_users_and_videos_of_a_holdout_day_are_new",
    "lengths_and_ratios_of_the_holdout_are_like_those_of_train_and_of_the_day_before",
    "the_volume_of_a_holdout_day_is_like_that_of_the_week_before",
    "each_dense_user_has_at_least_99_percent_of_the_dense_videos",
    "no_row_of_a_file_is_rejected",
    "watch_ratio_is_play_duration_over_video_duration",
}
RunDbt = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def verdicts(
    tiny_docs: Path, job: Job, run_dbt: RunDbt, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """What `dbt test` says of the good database, and of one in which all is broken."""
    db, good = tiny_docs / "tiny.duckdb", tiny_docs / "good.duckdb"
    stored = ("--vars", "extended_set: table")
    shutil.copy(db, good)
    said = {}
    target = tmp_path_factory.mktemp("promises")  # the files of tiny_docs are of the default set
    process = run_dbt(
        *("run", "-s", "user_author_history"), *stored, data_dir=job.data, db=db, target=target
    )
    assert process.returncode == 0, process.stdout
    for state in ("good", "broken"):
        process = run_dbt(
            *("test", "-s", *DAMAGE), *stored, data_dir=job.data, db=db, target=target
        )
        said[state] = process.stdout.splitlines()
        with duckdb.connect(str(db)) as con:
            for damage in DAMAGE.values():
                con.execute(damage)
    shutil.move(good, db)
    return said


def verdict(lines: list[str], name: str) -> str:
    """Pick PASS, WARN or FAIL from dbt's line about a test."""
    [line] = [
        line for line in lines if f" {name} " in line and " of " in line and "START" not in line
    ]
    return line.split(" of ")[1].split()[1]


def test_each_promise_in_a_file_of_its_own_is_broken_here() -> None:
    promises = {file.stem for file in (REPO_ROOT / "dbt_project" / "tests").glob("*.sql")}
    assert promises - set(DAMAGE) == set()


@pytest.mark.parametrize("promise", DAMAGE)
def test_a_promise_holds_and_is_noticed_when_broken(
    promise: str, verdicts: dict[str, list[str]]
) -> None:
    assert verdict(verdicts["good"], promise) == "PASS"
    assert verdict(verdicts["broken"], promise) == ("WARN" if promise in WARNINGS else "FAIL")


CONSTRAINTS = """
    select
        schema_name || '.' || table_name as table_name,
        constraint_column_names[1] as column_name,
        case constraint_type
            when 'NOT NULL' then 'null'
            else regexp_extract(expression, '(>=|BETWEEN) (-?[0-9.]+)', 2) || ' - 1'
        end as forbidden
    from duckdb_constraints()
    where schema_name in ('staging', 'features', 'training')
"""


def test_tables_refuse_a_row_that_breaks_their_contract(tiny_docs: Path) -> None:
    """Keys without nulls and values within bounds are constraints, kept by DuckDB itself."""
    refused = 0
    with duckdb.connect(str(tiny_docs / "tiny.duckdb")) as con:
        for table, column, forbidden in con.execute(CONSTRAINTS).fetchall():
            if con.execute(f"select count(*) from {table}").fetchone() == (0,):
                continue
            with pytest.raises(duckdb.ConstraintException):
                con.execute(f"update {table} set {column} = {forbidden}")
            refused += 1
    assert refused > 250

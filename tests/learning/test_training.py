"""The real command on the little database."""

import contextlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import reelrank_cli.main
import train as train_module
from forks import Forks
from presets_as_text import write_preset
from processors import PROCESSORS
from reelrank.publication.publishing import HEAVY_TABLES, THINNED
from reelrank_cli import compare
from reelrank_cli import train as training_command

ROOT = Path(__file__).parents[2]
# when, as shares of a run: each part of it, the end where results are written more often
KILLS = (0.2, 0.5, 0.8, 0.9, 0.96)
TABLES = (
    "user_factors", "video_factors", "embedding_vectors", "candidates", "recommendations",
    "predictions", "metrics", "comparisons", "user_metrics", "user_errors", "calibration",
    "feature_importances", "explanations", "models",
)  # fmt: skip


def train(db, preset, environment):
    command = [sys.executable, "models_py/train.py", "--db", str(db), "--preset", str(preset)]
    return subprocess.run(
        [*command, "--resamples", "100"], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def train_here(db, preset, *options):
    """The same without a new process; gives the exit code and what it printed."""
    printed = io.StringIO()
    arguments = ["--db", str(db), "--preset", str(preset), "--resamples", "100", *options]
    with contextlib.redirect_stdout(printed):
        code = train_module.main(arguments)
    return code, printed.getvalue()


def query(db, sql, *values):
    with duckdb.connect(str(db), read_only=True) as con:
        return con.execute(sql, values).fetchall()


def first_run_id(first_run):
    return query(first_run[0], "select run_id from ml.latest_run")[0][0]


def contents(db, run_id):
    """Everything a run wrote, without its name, by table."""
    with duckdb.connect(str(db), read_only=True) as con:
        return {
            table: con.execute(
                f"select * exclude (run_id) from ml.{table} where run_id = ? order by all", [run_id]
            ).fetchall()
            for table in TABLES
            if table != "models"
        }


def test_a_run_fills_every_table(first_run):
    db, done = first_run
    assert "SIMULATED data: simulated KuaiRec (little, seed 1)" in done.stdout
    assert "from recommend((select min(user_id)" in done.stdout
    for table in TABLES:
        assert query(db, f"select count(*) from ml.{table}")[0][0] > 0, table
    run = query(
        db, "select preset, is_simulated, seed, row_counts, parameters, versions from ml.latest_run"
    )[0]
    assert run[:3] == ("quick", True, 42)
    assert json.loads(run[3]) == {
        "train": 3200, "holdout": 800, "dense": 341, "users": 60, "videos": 80,
    }  # fmt: skip
    assert json.loads(run[4])["candidates"]["als"]["factors"] == 8
    assert json.loads(run[5])["threads"] == 2


def test_every_user_has_candidates_and_a_full_list(first_run):
    db, _ = first_run
    rows = query(db, "select user_id, count(*), max(rank) from ml.recommendations group by all")
    assert len(rows) == 60
    assert all(count == highest for _, count, highest in rows)
    free = dict(
        query(
            db,
            "select u.user_id, 79 - count(distinct c.video_id) from staging.stg_users as u"
            " left join training.als_confidences as c using (user_id) group by all",
        )
    )
    assert all(count == min(20, free[user]) for user, count, _ in rows)
    candidates = query(db, "select user_id, count(*) from ml.candidates group by all")
    assert all(count == min(40, free[user]) for user, count in candidates)
    watched = query(
        db,
        "select count(*) from ml.recommendations semi join training.als_confidences"
        " using (user_id, video_id)",
    )
    assert watched == [(0,)]


def test_lists_descend_by_the_ranking_score(first_run):
    db, _ = first_run
    broken = query(
        db,
        "select count(*) from (select ranking_score > lag(ranking_score) over"
        " (partition by user_id order by rank) as rises from ml.recommendations) where rises",
    )
    assert broken == [(0,)]


def test_predictions_hold_every_event_once(first_run):
    db, _ = first_run
    counts = dict(query(db, "select protocol, count(*) from ml.predictions group by all"))
    assert counts == {"dense": 341, "holdout": 800}
    assert (
        query(
            db,
            "select count(*) from ml.predictions where protocol = 'dense' and event_at is null",
        )[0][0]
        > 0
    )


def test_explanations_are_of_the_first_recommendations_with_their_values(first_run):
    db, _ = first_run
    rows = query(
        db,
        "select r.user_id, r.video_id, max(r.rank), count(*), count(distinct e.feature),"
        " max(e.position) from ml.explanations as e left join ml.recommendations as r"
        " on e.user_id = r.user_id and e.video_id = r.video_id group by all",
    )
    assert len(rows) == 180
    assert all(row[2:] == (row[2], 4, 4, 4) and row[2] <= 3 for row in rows)
    wrong = query(
        db,
        "select count(*) from ml.explanations as e join features.video_profiles as v"
        " using (video_id) where feature = 'video_tag'"
        " and feature_value::integer <> v.first_tag_id",
    )
    assert wrong == [(0,)]


def test_importances_are_of_every_feature_and_shap_of_the_ranking_head_only(first_run):
    db, _ = first_run
    heads = dict(query(db, "select head, count(*) from ml.feature_importances group by all"))
    assert heads == {"watch_ratio": 13, "long_view": 13}
    shap = query(
        db,
        "select head, count(mean_abs_shap) from ml.feature_importances group by all order by all",
    )
    assert shap == [("long_view", 13), ("watch_ratio", 0)]


def test_the_stored_text_is_the_whole_model_with_its_validated_rounds(first_run):
    """That it predicts the published lists again is in test_serving.py."""
    import lightgbm as lgb

    db, _ = first_run
    text, rounds = query(
        db, "select model_text, round_count from ml.models where head = 'long_view'"
    )[0]
    booster = lgb.Booster(model_str=text)
    assert booster.current_iteration() == rounds
    assert booster.num_feature() == 13


AUDITED = """
import sys

import train

def hear(event, given):
    is_write = event == "open" and (set(given[1] or "") & set("wax+") or given[2] & 3)
    if is_write or event == "pickle.find_class":
        print(event, given, file=sys.stderr)

sys.addaudithook(hear)
sys.exit(train.main(sys.argv[1:]))
"""


def test_models_are_kept_in_the_database_and_no_pickle_is_read(db, quick_preset):
    """Python's own audit events: https://docs.python.org/3/library/audit_events.html."""
    options = ["--db", db, "--preset", quick_preset, "--resamples", "100"]
    done = subprocess.run(
        [sys.executable, "-B", "-c", AUDITED, *options], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    heard = [line for line in done.stderr.splitlines() if line.startswith(("open ", "pickle."))]
    assert heard == []
    assert [file.name for file in db.parent.iterdir()] == [db.name]
    stored = dict(query(db, "select head, model_text from ml.models"))
    assert set(stored) == {"watch_ratio", "long_view"}
    assert all(text.startswith("tree\n") for text in stored.values())


def test_the_same_seed_gives_the_same_bits_on_one_and_two_threads(first_run, db, quick_preset):
    first_db, _ = first_run
    first = contents(first_db, query(first_db, "select run_id from ml.latest_run")[0][0])
    for threads in ("1", "2"):
        assert train_here(db, quick_preset, "--threads", threads)[0] == 0
        again = contents(db, query(db, "select run_id from ml.latest_run")[0][0])
        for table, rows in first.items():
            assert again[table] == rows, table


def test_other_processors_give_the_same_bits(first_run, db, quick_preset):
    other = PROCESSORS["other routines of numpy and OpenBLAS"]
    done = train(db, quick_preset, os.environ | other)
    assert done.returncode == 0, done.stderr
    found = contents(db, query(db, "select run_id from ml.latest_run")[0][0])
    for table, rows in contents(first_run[0], first_run_id(first_run)).items():
        assert found[table] == rows, table


def test_another_seed_gives_other_bits_and_json_is_one_document(first_run, db, quick_preset):
    code, printed = train_here(db, quick_preset, "--seed", "7", "--json")
    assert code == 0
    sql = "select sum(predicted_watch_ratio) from ml.predictions"
    assert query(db, sql) != query(first_run[0], sql)
    result = json.loads(printed)
    assert result["is_simulated"] is True
    assert {row["protocol"] for row in result["results"]} == {"dense", "holdout", "end_to_end"}


def test_records_stay_when_lists_go_and_heavy_rows_stay_for_the_last_run_of_a_preset(
    db, tmp_path, capsys
):
    one, two = (write_preset(tmp_path / f"{name}.toml") for name in ("one", "two"))
    for seed, preset in enumerate((one, one, two, one)):
        assert train_here(db, preset, "--keep-runs", "2", "--seed", str(seed))[0] == 0
    runs = query(db, "select run_id, preset from ml.runs order by finished_at")
    assert [preset for _, preset in runs] == ["one", "one", "two", "one"]

    def having(table):
        return {run for (run,) in query(db, f"select distinct run_id from ml.{table}")}

    everything = {run for run, _ in runs}
    assert having("metrics") == having("user_metrics") == having("user_errors") == everything
    assert having("recommendations") == having("models") == {runs[2][0], runs[3][0]}
    assert having("predictions") == {runs[2][0], runs[3][0]}
    versions = json.loads(query(db, "select versions from ml.runs limit 1")[0][0])
    assert re.fullmatch(r"[0-9a-f]{12}", versions["code"])

    # a run that is only on record can be compared, and copied
    compare.main([runs[3][0], runs[0][0], "--db", str(db), "--json"])
    compared = json.loads(capsys.readouterr().out)
    assert [run["run_id"] for run in compared["runs"]] == [runs[3][0], runs[0][0]]
    assert any(row["difference"] != 0 for row in compared["rows"])
    assert train_here(db, one, "--keep-runs", "1", "--keep-records", "2")[0] == 0
    assert query(db, "select min(run_id) from ml.runs") == [(runs[3][0],)]


def test_a_run_is_copied_to_another_database_with_everything_once(first_run, db, tmp_path, capsys):
    source, archive = str(first_run[0]), str(tmp_path / "archive.duckdb")
    run_id = query(source, "select run_id from ml.runs")[0][0]
    for target in (archive, str(db)):
        assert reelrank_cli.main.main(["copy-run", source, target]) == 0
        found = contents(target, run_id)
        for table, rows in contents(source, run_id).items():
            assert found[table] == rows, table
        assert query(target, "select run_id from ml.latest_run") == [(run_id,)]
    capsys.readouterr()
    for arguments, words in (
        ((source, archive), "already"),
        ((source, source), "same file"),
        ((source, str(tmp_path / "new.duckdb"), "--run", "no-such"), "No run is called 'no-such'"),
        ((str(tmp_path / "none.duckdb"), archive), "no database"),
    ):
        assert reelrank_cli.main.main(["copy-run", *arguments]) == 1
        said = capsys.readouterr().err.strip().splitlines()
        assert len(said) == 2 and words in said[0]
    assert not (tmp_path / "new.duckdb").exists()
    with duckdb.connect(str(db)) as con:
        con.execute("delete from ml.runs")
        con.execute("update staging.data_source set label = 'another log'")
    assert reelrank_cli.main.main(["copy-run", source, str(db)]) == 1
    assert "another log" in capsys.readouterr().err


def test_a_dry_run_says_what_would_happen_and_writes_nothing(db, quick_preset):
    before = db.read_bytes()
    code, printed = train_here(db, quick_preset, "--dry-run")
    assert code == 0
    assert "simulated KuaiRec (little, seed 1)" in printed
    assert "3,200 train" in printed
    assert "Nothing was written." in printed
    assert db.read_bytes() == before


def test_readers_may_read_while_it_trains(db, quick_preset):
    """Training holds the file for reading alone; only publication needs it to itself."""
    command = [sys.executable, "models_py/train.py", "--db", str(db), "--preset", str(quick_preset)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        for line in process.stderr:
            if line.startswith("Fitting candidates"):
                break
        assert query(db, "select count(*) from training.interactions") == [(4000,)]
        process.stderr.read()
    assert process.returncode == 0
    assert query(db, "select count(*) from ml.runs") == [(1,)]


def test_two_that_start_in_the_same_second_publish_one_after_the_other(db, quick_preset):
    command = [sys.executable, "models_py/train.py", "--db", str(db), "--preset", str(quick_preset)]
    both = [
        subprocess.Popen([*command, "--resamples", "100"], cwd=ROOT, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    runs = [run for (run,) in query(db, "select run_id from ml.runs order by finished_at")]
    assert len(set(runs)) == 2
    assert_complete(db, runs)


def test_a_name_that_was_taken_meanwhile_is_not_used_again(
    first_run, quick_preset, tmp_path, monkeypatch
):
    db, taken = shutil.copy(first_run[0], tmp_path), first_run_id(first_run)
    monkeypatch.setattr(training_command, "new_run_id", lambda *_: taken)
    assert train_here(db, quick_preset)[0] == 0
    assert query(db, "select run_id from ml.runs order by all") == [(taken,), (f"{taken}-2",)]


def test_tables_rebuilt_meanwhile_are_noticed_and_nothing_is_published(
    db, quick_preset, monkeypatch, capsys
):
    reopen = training_command.reopen_for_writing

    def rebuild_and_reopen(con, *places):
        reopen(con, *places)
        con.execute("update staging.build_state set finished_at = now()")

    monkeypatch.setattr(training_command, "reopen_for_writing", rebuild_and_reopen)
    assert train_here(db, quick_preset)[0] == 1
    assert "dbt rebuilt the tables" in capsys.readouterr().err
    assert query(db, "select count(*) from duckdb_schemas() where schema_name = 'ml'") == [(0,)]


def test_too_little_memory_is_said_and_nothing_is_lost(first_run, quick_preset, capsys):
    db, _ = first_run
    before = query(db, "select count(*) from ml.runs")
    code, _ = train_here(db, quick_preset, "--memory-limit", "1MB")
    assert code == 1
    said = capsys.readouterr().err.strip().splitlines()[-2:]
    assert "memory" in said[0].lower()
    assert "--memory-limit" in said[1]
    assert query(db, "select count(*) from ml.runs") == before


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_the_last_results_whole(db, quick_preset):
    arguments = ("--db", db, "--preset", quick_preset, "--resamples", "100", "--keep-runs", "1000")
    script = ROOT / "models_py" / "train.py"
    forks = Forks("python", script, *arguments, cwd=ROOT, environment=dict(os.environ))
    whole = forks.seconds_of_a_run()
    run_id = query(db, "select run_id from ml.latest_run")[0][0]
    before = contents(db, run_id)
    killed = 0
    for share in (*KILLS, *KILLS):  # again if a run was faster than the one that was timed
        killed += forks.run(kill_after=share * whole) == -signal.SIGKILL
        runs = [run for (run,) in query(db, "select run_id from ml.runs order by finished_at")]
        assert run_id in runs
        assert_complete(db, runs)
        if killed == len(KILLS):
            break
    assert killed == len(KILLS)
    for table, rows in contents(db, run_id).items():
        if table not in (*HEAVY_TABLES, *THINNED):
            assert rows == before[table], table
    assert train_here(db, quick_preset)[0] == 0


def assert_complete(db, runs):
    """Every run named is all there, and nothing of any other is."""
    with duckdb.connect(str(db), read_only=True) as con:
        for table in TABLES:
            found = {
                run for (run,) in con.execute(f"select distinct run_id from ml.{table}").fetchall()
            }
            assert found <= set(runs), table
            assert runs[-1] in found, table
        counts = con.execute(
            "select protocol, count(*) from ml.predictions where run_id = ? group by all",
            [runs[-1]],
        ).fetchall()
    assert dict(counts) == {"dense": 341, "holdout": 800}

"""The experiment over seeds: what it makes of finished pieces."""

import json
from pathlib import Path

import pytest
from workbench import ROOT, Ended, python

COMMAND = ROOT / "scripts" / "experiments" / "seeds.py"
# log, training seed: ndcg@10 of one model; the interval is 0.1 wide on one log, 0.3 on the other
VALUES = {(42, 1): 0.20, (42, 2): 0.24, (43, 1): 0.30, (43, 2): 0.34}


def write_pieces(work: Path) -> None:
    """Finished pieces of two logs and two training seeds."""
    (work / "pieces").mkdir(parents=True)
    for (seed, training_seed), value in VALUES.items():
        half = 0.05 if seed == 42 else 0.15
        row = {
            "scale": "tiny", "seed": seed, "training_seed": training_seed, "preset": "default",
            "commit": "abc", "protocol": "dense", "relevance": "long_view", "model": "ranker",
            "metric": "ndcg", "k": 10, "value": value, "ci_low": value - half,
            "ci_high": value + half,
        }  # fmt: skip
        other = row | {"metric": "mrr"}  # not among the figures of the table
        name = f"tiny-default-{seed}-{training_seed}.json"
        (work / "pieces" / name).write_text(json.dumps([row, other]))


def run(work: Path, *options: str) -> Ended:
    return python(COMMAND, "--scale", "tiny", "--work", work, "--seeds", *options)


def test_spreads_are_between_logs_between_fits_and_over_users(tmp_path):
    write_pieces(tmp_path)
    (row,) = json.loads(run(tmp_path, "--json").stdout)
    assert row["mean"] == pytest.approx(0.27)
    assert row["between_logs"] == pytest.approx(0.1 / 2**0.5)  # of 0.22 and 0.32
    assert row["between_fits"] == pytest.approx(0.04 / 2**0.5)
    assert row["over_users"] == pytest.approx(0.1)
    assert (row["seeds"], row["training_seeds"], row["fits"]) == ("42, 43", "1, 2", 4)
    text = run(tmp_path).stdout
    assert "| `ranker` | 0.2700 | 0.0707 | 0.0283 | 0.1000 |" in text
    assert "Simulated KuaiRec (tiny)" in text


def test_finished_pieces_are_not_made_again(tmp_path):
    write_pieces(tmp_path)
    done = run(tmp_path, "42", "43", "--training-seeds", "1", "2")
    assert done.returncode == 0
    assert done.stderr == ""


def test_nothing_finished_is_reported_in_two_lines(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2

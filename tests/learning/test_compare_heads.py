import json

from reelrank.neural import extra
from workbench import python

TREES = ["watch_ratio", "log_play", "long_view", "lambdarank_long_view", "d2q", "wtg"]


def test_all_heads_are_in_one_table(db, quick_preset):
    script = "scripts/experiments/compare_heads.py"
    heads = [*TREES, "mlp"] if extra.is_installed() else TREES
    done = python(script, "--db", db, "--preset", quick_preset, "--json", "--heads", *heads)
    assert done.returncode == 0, done.stderr
    table = {row.pop("head"): row for row in json.loads(done.stdout)["heads"]}
    assert list(table) == heads
    for name, row in table.items():
        assert ("dense mae" in row) == (name in ("watch_ratio", "log_play", "d2q", "wtg"))
        assert row["cpu_seconds"] > 0 and row["peak_mb"] > 0 and row["model_kb"] > 0
        assert 0.3 < row["holdout long_view"] < row["holdout watch_ratio_above_1"] + 0.4 < 1.4
    best = max(table, key=lambda name: table[name]["dense long_view"])
    assert best != "watch_ratio"

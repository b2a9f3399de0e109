import json

from workbench import python


def test_all_heads_are_in_one_table(db, quick_preset):
    script = "scripts/experiments/compare_heads.py"
    done = python(script, "--db", db, "--preset", quick_preset, "--json")
    assert done.returncode == 0, done.stderr
    table = {row.pop("head"): row for row in json.loads(done.stdout)["heads"]}
    assert list(table) == [
        "watch_ratio", "log_play", "long_view", "lambdarank_long_view", "d2q", "wtg"
    ]  # fmt: skip
    for name, row in table.items():
        assert ("dense mae" in row) == (name in ("watch_ratio", "log_play", "d2q", "wtg"))
        assert 0.3 < row["holdout long_view"] < row["holdout watch_ratio_above_1"] + 0.4 < 1.4
    best = max(table, key=lambda name: table[name]["dense long_view"])
    assert best != "watch_ratio"

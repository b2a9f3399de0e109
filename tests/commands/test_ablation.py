"""What each group of features is worth: the script, on the tables of a whole run."""

from pathlib import Path

import numpy as np
import pytest
from ablation import Variant, chosen_variants, interval
from reelrank.errors import UserError
from workbench import Job, python


def test_the_interval_of_a_constant_difference_is_that_constant():
    assert interval(np.full(30, 0.25), seed=1) == (0.25, 0.25)


@pytest.mark.slow
def test_every_group_is_left_out_and_alone_in_one_table(job: Job, tmp_path: Path):
    table = tmp_path / "ablation.md"
    done = python(
        "scripts/experiments/ablation.py", "--db", job.database,
        "--out", table, "--rows", "3000", "--users", "10", "--rounds", "2",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split(" | ") for line in table.read_text().splitlines() if line[:1] == "|"]
    counts = {cells[0].removeprefix("| "): cells[1] for cells in lines[2:]}
    assert int(counts["default"]) < int(counts["extended"])
    left_out = {name.split(" ", 1)[1] for name in counts if name.startswith("without ")}
    alone = {name.split(" ", 1)[1] for name in counts if name.startswith("only ")}
    assert left_out == alone - {"length and time"} >= {"embeddings", "user_history"}
    assert all(int(counts[f"without {name}"]) < int(counts["default"]) for name in left_out)


def test_a_variant_that_does_not_exist_is_named_with_those_that_do():
    known = [Variant("default", ()), Variant("without pair", ())]
    assert chosen_variants(known, ["without pair"]) == known
    with pytest.raises(UserError, match=r"no variant without pears.*\n.*without pair"):
        chosen_variants(known, ["without pears"])

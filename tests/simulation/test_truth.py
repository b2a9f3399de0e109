import json
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from reelrank.errors import UserError
from simulated_kuairec.dense import dense_chunk
from simulated_kuairec.truth import find_truth, load_truth
from simulated_kuairec.world import build_world


@pytest.fixture(scope="module")
def truth(tiny_source):
    return load_truth(tiny_source)


@pytest.fixture(scope="module")
def dense_rows():
    """The dense matrix of the tiny source, drawn 30 times."""
    world = build_world(0.0024, 42)
    drawn = []
    for k in range(30):
        again = build_world(0.0024, 42) if k == 0 else world
        rows = [dense_chunk(_with_seed(again, 1_000 + k), chunk) for chunk in range(5)]
        drawn += rows
    return drawn


def _with_seed(world, seed):
    """The same world, its views drawn from another seed."""
    return type(world)(seed, world.counts, world.play, world.friends, world.plan)


def test_the_written_truth_is_that_of_the_generator(truth):
    model = build_world(0.0024, 42).play
    rng = np.random.default_rng(0)
    user = rng.integers(0, 352, 2_000)
    video = rng.integers(0, 526, 2_000)
    at = 1_593_878_400 + rng.uniform(0, 63 * 86_400, 2_000)
    assert truth.model.shift(user, video) == pytest.approx(model.shift(user, video), abs=1e-6)
    assert truth.model.shift(user, video, at) == pytest.approx(
        model.shift(user, video, at), abs=1e-6
    )


def test_long_views_happen_as_often_as_the_truth_says_at_every_level(truth, dense_rows):
    said, happened = [], []
    for rows in dense_rows:
        known = rows.at_ms >= 0
        user, video, at = rows.user[known], rows.video[known], rows.at_ms[known] / 1000
        said.append(truth.probability_above(user, video, 1.0, at=at))
        ratio = rows.play_ms[known] / truth.model.videos.duration_ms[video]
        happened.append(ratio > 1)
    said, happened = np.concatenate(said), np.concatenate(happened)
    tenth = np.digitize(said, np.quantile(said, np.arange(0.1, 1, 0.1)))
    for k in range(10):
        mine = tenth == k
        spread = np.sqrt(said[mine].mean() * (1 - said[mine].mean()) / mine.sum())
        assert happened[mine].mean() == pytest.approx(said[mine].mean(), abs=5 * spread + 1e-4)


def test_expected_watch_ratio_is_the_mean_of_what_happens(truth, dense_rows):
    said, happened = [], []
    for rows in dense_rows:
        known = rows.at_ms >= 0
        user, video, at = rows.user[known], rows.video[known], rows.at_ms[known] / 1000
        said.append(truth.expected_watch_ratio(user, video, at=at))
        happened.append(rows.play_ms[known] / truth.model.videos.duration_ms[video])
    said, happened = np.concatenate(said), np.concatenate(happened)
    noise = happened.std() / np.sqrt(len(happened))
    assert happened.mean() == pytest.approx(said.mean(), abs=5 * noise)


def test_thresholds_are_per_pair_and_a_higher_one_is_passed_less_often(truth):
    user, video = np.array([1, 1, 1]), np.array([3, 3, 3])
    above = truth.probability_above(user, video, np.array([0.1, 1.0, 3.0]))
    assert above[0] > above[1] > above[2] > 0


def test_the_log_is_wider_than_the_dense_matrix(truth):
    user, video = np.arange(300), np.full(300, 9)
    short_big = 1 - truth.probability_above(user, video, 0.2, matrix="big")
    short_small = 1 - truth.probability_above(user, video, 0.2, matrix="small")
    assert short_big.mean() > short_small.mean()


def test_pieces_do_not_change_the_result(truth, monkeypatch):
    user, video = np.arange(100), np.arange(100)
    whole = truth.probability_above(user, video, 1.0)
    monkeypatch.setattr("simulated_kuairec.truth.PAIRS_AT_ONCE", 7)
    assert (truth.probability_above(user, video, 1.0) == whole).all()


def test_half_a_million_pairs_take_seconds(truth):
    rng = np.random.default_rng(0)
    user, video = rng.integers(0, 352, 500_000), rng.integers(0, 526, 500_000)
    began = time.process_time()
    truth.probability_above(user, video, 1.0)
    assert time.process_time() - began < 5


def test_real_data_has_no_truth(tmp_path):
    with pytest.raises(UserError, match="true preferences are not known"):
        load_truth(tmp_path)


def test_a_truth_of_another_version_costs_no_training_but_is_said(tiny_source, tmp_path, capsys):
    shutil.copytree(tiny_source, tmp_path / "old")
    facts = json.loads((tiny_source / "SIMULATED.json").read_text())
    del facts["parameters"]["play"]["video_sd"]
    (tmp_path / "old" / "SIMULATED.json").write_text(json.dumps(facts))
    with pytest.raises(UserError, match="another version of the simulation"):
        load_truth(tmp_path / "old")
    assert find_truth(tmp_path / "old") is None
    assert "no best reachable value" in capsys.readouterr().err
    assert find_truth(tiny_source) is not None


def test_only_the_evaluation_reads_the_truth():
    """No table, feature or model does: nothing else in the pipeline names it."""
    root = Path(__file__).parents[2]
    code = [*(root / "dbt_project").rglob("*.sql"), *(root / "models_py").rglob("*.py")]
    reading = {
        str(path.relative_to(root))
        for path in code
        if re.search(r"truth/|load_truth|find_truth|\"truth\"", path.read_text(encoding="utf-8"))
    }
    allowed = ("models_py/reelrank/evaluation/", "models_py/simulated_kuairec/")
    assert f"{allowed[0]}oracle.py" in reading
    others = {name for name in reading if not name.startswith(allowed)}
    assert others == {f"models_py/reelrank_cli/{name}.py" for name in ("train", "judge")}


def test_the_packages_know_each_other_in_one_direction():
    """The command line knows both others, the simulation four modules of Reelrank: errors,
    progress, exact arithmetic, and the one definition of nDCG.
    """
    allowed = {
        "reelrank": set(),
        "simulated_kuairec": {
            "reelrank.errors",
            "reelrank.evaluation.ranking",
            "reelrank.exact_math",
            "reelrank.progress",
        },
    }
    for package, modules in allowed.items():
        folder = Path(__file__).parents[2] / "models_py" / package
        imported = {
            module
            for path in folder.rglob("*.py")
            for module in re.findall(
                r"^\s*(?:from|import) ((?:reelrank|simulated_kuairec)\w*(?:\.\w+)*)",
                path.read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        }
        outside = {module for module in imported if module.split(".")[0] != package}
        assert outside <= modules

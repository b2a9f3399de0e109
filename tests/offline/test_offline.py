"""What the log alone says of models, against the dense answers."""

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
from reelrank.offline.ways import _replay, ways_of
from reelrank.offline.weights import Facts
from reelrank.publication import prepare_results
from reelrank.warehouse.sql import read_sql
from reelrank_cli.main import main
from simulated_kuairec.days import EPOCH, LATE_DAY, SECONDS
from simulated_kuairec.propensities import chunk_chances, inclusion_chances
from simulated_kuairec.world import build_world
from workbench import Job


@pytest.fixture(scope="module")
def told(job: Job, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A copy of the job's database after `reelrank offline`."""
    folder = tmp_path_factory.mktemp("offline")
    database = Path(shutil.copy2(job.database, folder / "reelrank.duckdb"))
    assert main(["offline", "--db", str(database), "--resamples", "100"]) == 0
    return duckdb.connect(str(database), read_only=True)


def value(told: duckdb.DuckDBPyConnection, way: str, model: str) -> float:
    return told.execute(
        "select value from ml.offline_values where way = ? and model = ?"
        " and relevance = 'long_view'",
        [way, model],
    ).fetchone()[0]


@pytest.mark.slow
def test_every_way_says_something_of_every_model_that_scores_pairs(told):
    ways = told.execute(
        "select way, count(distinct model) from ml.offline_values where relevance = 'long_view'"
        " group by way"
    ).fetchall()
    counts = dict(ways)
    assert counts.pop("end_to_end") >= 14
    assert set(counts) == {
        "dense", "holdout", "ips", "ips_true", "snips", "snips_true", "doubly_robust",
        "doubly_robust_true", "replay",
    }  # fmt: skip
    assert len(set(counts.values())) == 1


@pytest.mark.slow
def test_the_dense_answers_are_the_shares_of_relevant_pairs_among_the_first_ten(told):
    ours = told.execute("""
        select avg(is_long_view::int) from (
            select * from ml.predictions where protocol = 'dense'
            qualify row_number() over (partition by user_id order by score_long_view desc) <= 10
        )""").fetchone()[0]
    assert value(told, "dense", "ranker") == pytest.approx(ours, abs=0.005)  # but for ties


@pytest.mark.slow
def test_estimated_chances_to_be_met_add_up_to_about_what_was_met(job: Job):
    with duckdb.connect(str(job.database), read_only=True) as con:
        con.execute(read_sql("offline/sql/propensities.sql"))
        low, high, mean = con.execute(
            "select min(propensity), max(propensity), avg(propensity) from offline_propensities"
        ).fetchone()
    assert low > 0 and high < 1 and 0.01 < mean < 0.5


def test_inclusion_chances_add_up_and_follow_the_weights():
    rng = np.random.default_rng(3)
    weights = np.exp(rng.normal(0, 2, (4, 300)))
    weights[:, :20] = 0
    chances = inclusion_chances(weights, np.array([1, 10, 100, 250]))
    np.testing.assert_allclose(chances.sum(axis=1), [1, 10, 100, 250], rtol=1e-6)
    assert (chances[:, :20] == 0).all() and (chances < 1 + 1e-12).all()
    assert (np.argsort(chances[1]) == np.argsort(weights[1])).mean() > 0.9
    drawn = np.zeros(300)
    for _ in range(2_000):  # the race itself
        times = rng.exponential(size=300) / np.maximum(weights[2], 1e-300)
        drawn[np.argsort(times)[:100]] += 1 / 2_000
    assert np.abs(drawn - chances[2]).max() < 0.06


def test_true_chances_are_those_of_the_log(tiny_source: Path):
    world = build_world(0.0024, 42)
    counts = world.counts
    facts = duckdb.sql(f"select count(distinct user_id) from '{tiny_source}/big_matrix.csv'")
    assert counts.users == facts.fetchone()[0]
    after = EPOCH + LATE_DAY * SECONDS
    met = np.zeros((counts.users, counts.videos), bool)
    new = duckdb.sql(f"""
        select user_id, video_id from '{tiny_source}/big_matrix.csv'
        group by all having min(timestamp) >= {after}""").fetchnumpy()
    met[new["user_id"], new["video_id"]] = True
    chances = np.concatenate([chunk_chances(world, chunk, after) for chunk in range(2)])
    seen = met[: len(chances)]
    assert chances.sum() == pytest.approx(seen.sum(), rel=0.05)
    for low, high in ((0.0, 0.02), (0.02, 0.1), (0.1, 0.3), (0.3, 1.0)):
        mine = (chances > low) & (chances <= high)
        assert seen[mine].mean() == pytest.approx(chances[mine].mean(), abs=0.02 + 0.1 * high)


class Rows:
    """Two users, three met videos each and no dense ones, as the ways read them."""

    def __init__(self) -> None:
        from reelrank.evaluation.ranking import Lists
        from reelrank.evaluation.rows import JudgedRows

        six = np.ones(6, bool)
        columns = {"is_dense": ~six, "is_first": six}
        for name in ("is_above_one", "is_long_view", "is_ever_above_one", "is_ever_long_view"):
            columns[name] = np.array([1, 0, 0, 1, 1, 0], bool)
        places = np.array([0, 1, 2, 0, 1, 2])
        lists = Lists(np.array([0, 3, 6]))
        self.rows = JudgedRows(columns, places, places, lists, np.array([7, 9]))
        self.catalogue = type("Catalogue", (), {"users": np.array([7, 9])})


def test_ways_by_hand():
    judge, liked = Rows(), np.array([1, 0, 0, 1, 1, 0], float)
    weights = np.array([1, 2, 1, 1, 3, 4], float)
    facts = Facts(
        {"long_view": liked}, {"long_view": np.full(6, 0.5)}, {"": weights},
        np.array([0, 0, 1, 2, 2, 3]),
    )  # fmt: skip
    scores = np.array([3, 2, 1, 1, 2, 3], float)
    found = ways_of(judge, facts, scores, "long_view")
    shares = {way: sum(a.sum() / b.sum() for a, b in parts) for way, parts in found.items()}
    assert shares["holdout"] == 3 / 6
    assert shares["ips"] == pytest.approx((1 + 1 + 3) / 6)
    assert shares["snips"] == pytest.approx((1 + 1 + 3) / 12)
    # of four user days the model picks the first, third, fifth and sixth video
    assert shares["replay"] == 2 / 4
    again = _replay(judge, facts, scores, liked)
    assert again[1].tolist() == [2, 2]


def test_verdicts_count_right_wrong_missed_and_rash_decisions():
    con = duckdb.connect()
    prepare_results(con)
    for model, way, number in (
        ("a", "dense", 0.1), ("b", "dense", 0.2), ("c", "dense", 0.3),
        ("a", "w", 0.1), ("b", "w", 0.3), ("c", "w", 0.29),
    ):  # fmt: skip
        con.execute("insert into ml.offline_values values ('r', 'long_view', ?, ?, ?, ?, ?)",
                    [model, way, number, number - 0.05, number + 0.05])  # fmt: skip
    for pair, difference, dense in (("ab", -0.2, -0.1), ("ac", -0.19, 0.1), ("bc", 0.01, -0.1)):
        con.execute(
            "insert into ml.offline_differences values"
            " ('r', 'long_view', 'w', ?, ?, ?, ?, ?, ?, ?, ?)",
            [*pair, difference, difference - 0.05, difference + 0.05, dense, dense - 0.05,
             dense + 0.05],
        )  # fmt: skip
    con.execute(read_sql("offline/sql/verdicts.sql"), {"run_id": "r"})
    [row] = con.execute("select * exclude (run_id) from ml.offline_verdicts").fetchall()
    assert row[:3] == ("long_view", "w", 3)
    assert row[3] == pytest.approx(0.5) and row[4] == pytest.approx(-1 / 3)
    assert row[5:9] == (3, 1, 1, 1) and row[9] == 0
    assert row[10] == pytest.approx(2 / 3) and row[11] == 0

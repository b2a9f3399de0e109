"""Ideas for speed, each alone on random numbers: what pays, and by how much.

The rows are made up, so only the time counts; docs/benchmarks.md says what became of each idea.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import lightgbm as lgb
import numpy as np
import pandas as pd
import pyarrow as pa
from implicit.als import AlternatingLeastSquares
from reelrank.errors import UserError
from reelrank.presets import read_preset
from reelrank.progress import say
from reelrank.ranker.boosting import booster_parameters
from scipy import sparse
from threadpoolctl import threadpool_limits

from benchmarking.compiled import compiled_prediction

ROWS, FEATURES, EVENTS = 300_000, 60, 2_000_000
ROUNDS, DENSE_LIST = 20, 3_300
THREADS = os.cpu_count() or 1
BASE = {"objective": "regression_l1"} | booster_parameters(
    read_preset("default").ranker.parameters, seed=1, threads=THREADS
)
VARIANTS = {
    "as the default preset": {},
    "max_bin 255": {"max_bin": 255},
    "quantised gradients": {"use_quantized_grad": True},
    "force_row_wise": {"force_col_wise": False, "force_row_wise": True},
    "feature_fraction 1": {"feature_fraction": 1.0},
    "255 leaves, a quarter of the rounds": {"num_leaves": 255},
    "ids of users and videos as categoricals": {"categorical": True},
}
WAYS = Path(__file__).with_name("ways")
Row = dict[str, object]


def measure_ideas() -> dict:
    """Time every idea; about a minute on two cores."""
    rows = []
    for idea in (tables, queries, datasets, boosting, prediction, blas, compiled):
        say(f"ideas: {idea.__name__}")
        rows += idea()
    about = (
        f"Random numbers: {ROWS:,} rows x {FEATURES} features for LightGBM, {EVENTS:,} events for "
        f"DuckDB, {THREADS} threads. They say which way is faster, not how long the job takes."
    )
    return {"about": about, "rows": rows}


def row(idea: str, what: str, seconds: float, note: str = "") -> Row:
    """One line of the table."""
    return {"idea": idea, "what": what, "seconds": round(seconds, 3), "note": note}


def timed(work: Callable[[], object], repeats: int = 3) -> float:
    """Median seconds."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def tables() -> Iterator[Row]:
    """Narrow types and an order by user, for what a day of a user sums up."""
    days = (WAYS / "user_days.sql").read_text()
    with _events() as con:
        for table, what in (
            ("events_wide", "64-bit columns, no order"),
            ("events_narrow", "32-bit columns, no order"),
            ("events", "32-bit columns, by user and time"),
        ):
            con.execute("set variable event_table = $table", {"table": table})
            seconds = timed(lambda: con.execute(days).fetch_arrow_table())
            yield row("types and order of a table", what, seconds, "sums per user and day")


def queries() -> Iterator[Row]:
    """Ask the same in two ways, which must give the same answer."""
    with _events() as con:
        for folder in sorted(path for path in WAYS.iterdir() if path.is_dir()):
            answers = set()
            for file in sorted(folder.iterdir(), reverse=True):
                sql = file.read_text()
                seconds = timed(
                    lambda sql=sql, answers=answers: answers.add(con.execute(sql).fetchone()[0]), 1
                )
                yield row(_words(folder), _words(file), seconds)
            if len(answers) != 1:
                raise UserError(f"The ways in {folder} do not agree: {answers}.", "Mend them.")


def datasets() -> Iterator[Row]:
    """From what a `lightgbm.Dataset` is made."""
    matrix, _ = _matrix()
    arrow = pa.table({f"f{place}": matrix[:, place].copy() for place in range(FEATURES)})
    frame = pd.DataFrame(matrix.astype(np.float64), columns=arrow.column_names)
    size = f"{matrix.nbytes / 1e6:.0f} MB"
    for what, data, note in (
        ("Arrow, float32", arrow, f"{size}, no copy"),
        ("numpy, float32", matrix, size),
        ("pandas, float64", frame, f"{frame.memory_usage().sum() / 1e6:.0f} MB"),
    ):
        seconds = timed(lambda data=data: lgb.Dataset(data, params=BASE).construct())
        yield row("from rows to bins", what, seconds, note)


def boosting() -> Iterator[Row]:
    """Parameters that change the speed of a round; the loss says whether for nothing."""
    matrix, label = _matrix()
    held = _matrix(seed=7)
    for what, changed in VARIANTS.items():
        chosen = BASE | changed
        categorical = [0, 1] if chosen.pop("categorical", False) else []
        rounds = ROUNDS // 4 if chosen["num_leaves"] == 255 else ROUNDS
        data = lgb.Dataset(
            matrix, label, params=chosen, categorical_feature=categorical, free_raw_data=False
        ).construct()
        booster = lgb.train(chosen, data, 1)  # so that the first way pays for no warming up
        began = time.perf_counter()
        booster = lgb.train(chosen, data, rounds)
        seconds = time.perf_counter() - began
        loss = np.abs(booster.predict(held[0]) - held[1]).mean()
        yield row(f"boosting, {rounds} rounds", what, seconds, f"L1 on other rows {loss:.5f}")


def prediction() -> Iterator[Row]:
    """How rows are handed to `predict`."""
    matrix, _ = _matrix()
    booster = _booster()
    arrow = pa.table({f"f{place}": matrix[:, place].copy() for place in range(FEATURES)})
    for what, blocks in (
        ("one numpy matrix", [matrix]),
        ("Arrow, blocks of 100,000", [arrow.slice(at, 100_000) for at in range(0, ROWS, 100_000)]),
        ("numpy, a block per dense user", np.array_split(matrix, ROWS // DENSE_LIST)),
    ):
        seconds = timed(lambda blocks=blocks: [booster.predict(block) for block in blocks], 1)
        yield row("prediction, 100 trees", what, seconds, f"{ROWS / seconds:,.0f} rows per second")


def compiled() -> Iterator[Row]:
    """Trees compiled to machine code, where lleaves is installed."""
    if find_spec("lleaves"):
        for what, seconds, note in compiled_prediction(_booster(), _matrix()[0]):
            yield row("prediction, 100 trees", what, seconds, note)


def blas() -> Iterator[Row]:
    """Threads of BLAS below the threads of implicit."""
    rng = np.random.default_rng(3)
    pairs = (rng.integers(0, 7_000, 2_000_000), rng.integers(0, 10_000, 2_000_000))
    matrix = sparse.csr_matrix((np.ones(2_000_000, np.float32), pairs), shape=(7_000, 10_000))
    for threads in (1, THREADS):
        model = AlternatingLeastSquares(16, iterations=10, num_threads=THREADS, random_state=0)
        with threadpool_limits(threads, "blas"):
            seconds = timed(lambda model=model: model.fit(matrix, show_progress=False))
        yield row("ALS, 10 iterations", f"BLAS with {threads} threads", seconds,
                  f"{matrix.nnz * 10 / seconds:,.0f} pairs x iterations per second")  # fmt: skip


def _events() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": THREADS})
    con.execute("set variable event_count = $count", {"count": EVENTS})
    con.execute((WAYS / "events.sql").read_text())
    return con


def _words(path: Path) -> str:
    return path.stem.replace("_", " ")


def _matrix(seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Features float32 (n, f), the first two ids; a label that some of them explain, (n,)."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(ROWS, FEATURES)).astype(np.float32)
    matrix[:, 0] = rng.integers(0, 7_000, ROWS)
    matrix[:, 1] = rng.integers(0, 10_000, ROWS)
    label = matrix[:, 2] + matrix[:, 3] * matrix[:, 4] + rng.normal(size=ROWS)
    return matrix, label.astype(np.float32)


def _booster() -> lgb.Booster:
    matrix, label = _matrix()
    return lgb.train(BASE, lgb.Dataset(matrix, label, params=BASE), 100)

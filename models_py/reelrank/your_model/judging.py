"""Judge a file of scores or lists by what a published run was judged by, beside its models."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from reelrank.errors import UserError
from reelrank.evaluation.catalogue import as_floats
from reelrank.evaluation.catalogue_lists import add_candidate_recall, judge_shown
from reelrank.evaluation.judge import Judge
from reelrank.evaluation.oracle import Truth, row_truth
from reelrank.evaluation.orderings import BOTH, CANDIDATE_CUTOFFS, DEPTH, Ordering
from reelrank.evaluation.restoring import restore_judge
from reelrank.evaluation.results import create_result_tables
from reelrank.evaluation.row_lists import judge_scores
from reelrank.evaluation.true_chances import true_chances
from reelrank.publication import judged_models
from reelrank.warehouse.sql import read_sql
from reelrank.your_model.comparing import summarise_beside
from reelrank.your_model.reading import GivenFile, open_file, read_file

ENOUGH = 0.99  # of what a protocol asks for; the rest comes last


@dataclass(frozen=True)
class Verdict:
    """What was judged; the results are in temp tables run_*, its scores in your_scores.

    Attributes
    ----------
    run_id, name : str
    file : GivenFile
    coverage : dict
        Protocol -> share of what it asks for that the file has.
    protocols : list of str
        Those that it covers.
    """

    run_id: str
    name: str
    file: GivenFile
    coverage: dict[str, float]
    protocols: list[str]


def judge_file(
    con: duckdb.DuckDBPyConnection,
    run: dict,
    path: Path,
    name: str,
    *,
    truth: Truth | None = None,
    resamples: int = 1000,
) -> Verdict:
    """Judge the scores or lists of a file in every protocol that it covers.

    The run's seed gives ties and resampled users, so that values compare with those published.
    Makes temp tables run_metrics, run_comparisons, run_user_metrics and run_user_chances.

    Parameters
    ----------
    run : dict
        Row of ml.runs: whose users and models.
    truth : Truth, optional
        Of simulated data, for `end_to_end_truth`.

    Raises
    ------
    UserError
        If the name is taken, the run keeps no predictions, the file has a fault or covers nothing.
    """
    _check_name(con, run["run_id"], name)
    value = open_file(con, path)
    judge = _prepare(con, run["run_id"], run["seed"])
    file = read_file(con, path, value)
    scores = as_floats(con.execute(read_sql("your_model/sql/row_scores.sql")).fetchnumpy()["score"])
    coverage = _coverage(judge, scores, file.kind)
    protocols = _covered(path, coverage)
    judge_scores(judge, Ordering(name, ""), scores, tuple(protocols))
    con.execute(
        read_sql("your_model/sql/your_lists.sql"),
        {"seed": judge.seed, "depth": CANDIDATE_CUTOFFS[-1]},
    )
    if "end_to_end" in protocols:
        _judge_lists(judge, name, truth)
    summarise_beside(con, run["run_id"], judge.results, name, judge.seed, resamples)
    return Verdict(run["run_id"], name, file, coverage, protocols)


def _check_name(con: duckdb.DuckDBPyConnection, run_id: str, name: str) -> None:
    """Refuse names that others have already."""
    if not 0 < len(name.strip()) <= 60 or not name.isprintable() or name != name.strip():
        raise UserError(f"{name!r} is not a valid model name.", "Give --name up to 60 characters.")
    taken = con.execute(
        "select 1 from ml.metrics where run_id = $run_id and model = $name limit 1",
        {"run_id": run_id, "name": name},
    ).fetchone()
    if taken and name not in judged_models(con, run_id):
        raise UserError(f"The run has a model called {name!r}.", "Choose another --name.")


def _prepare(con: duckdb.DuckDBPyConnection, run_id: str, seed: int) -> Judge:
    """Make and read what the run was judged by, and empty results."""
    create_result_tables(con)
    return restore_judge(con, run_id, seed)


def _covered(path: Path, coverage: dict[str, float]) -> list[str]:
    """Name the protocols that a file covers."""
    protocols = [protocol for protocol, share in coverage.items() if share >= ENOUGH]
    if not protocols:
        raise UserError(
            f"{path} covers no protocol: {in_words(coverage)}.",
            f"Give {ENOUGH:.0%} of the pairs of one; docs/your_model.md lists them.",
        )
    return protocols


def _coverage(judge: Judge, scores: np.ndarray, kind: str) -> dict[str, float]:
    """Share of what each protocol asks for that the file has.

    Lists that hold what was met in the holdout were made with it in view: unless they rank the
    whole catalogue, they are no lists of what to watch next.
    """
    found, starts = {}, judge.rows.lists.starts
    for protocol in judge.rows.protocols:
        mine = slice(starts[protocol.lists.start], starts[protocol.lists.stop])
        known = ~np.isnan(scores[mine])
        is_entry = protocol.is_entry[mine] if protocol.is_entry is not None else slice(None)
        found[protocol.name] = float(known[is_entry].mean())
    query = read_sql("your_model/sql/catalogue_coverage.sql")
    pairs, users = judge.con.execute(query).fetchone()
    knows_holdout = found.get("holdout", 0) >= ENOUGH
    found["end_to_end"] = users if kind == "lists" and not knows_holdout else pairs
    return found


def _judge_lists(judge: Judge, name: str, truth: Truth | None) -> None:
    """Judge lists of the catalogue, by the log and by the truth where it is that of the log."""
    knows = truth is not None and row_truth(judge.rows, truth) is not None
    chances = true_chances(judge.con, judge.catalogue, truth, judge.seed) if knows else None
    found = judge.con.execute("select user_id, video_id from your_lists").fetchnumpy()
    lists = judge.catalogue.pairs(found["user_id"], found["video_id"]).best(
        depth=CANDIDATE_CUTOFFS[-1]
    )
    hits = judge.catalogue.hits(lists)
    add_candidate_recall(judge, name, hits)
    top = {relevance: flags[:, :DEPTH] for relevance, flags in hits.items()}
    judge_shown(judge, chances, name, BOTH, lists[:, :DEPTH], top)


def in_words(coverage: dict[str, float]) -> str:
    """Write shares as text.

    Examples
    --------
    >>> in_words({"dense": 0.5, "holdout": 1.0})
    'dense 50.0 %, holdout 100.0 %'
    """
    return ", ".join(f"{protocol} {share:.1%}".replace("%", " %")
                     for protocol, share in coverage.items())  # fmt: skip

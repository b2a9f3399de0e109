"""Serve every dense user by every policy, day by day: what everyone would have got."""

from dataclasses import dataclass

import duckdb
import numpy as np

from reelrank.errors import UserError
from reelrank.evaluation.catalogue import as_floats
from reelrank.evaluation.judge import Judge
from reelrank.evaluation.orderings import LONG_VIEW, ROW_ORDERINGS, RULES
from reelrank.evaluation.ranking import Lists
from reelrank.evaluation.rows import row_scores
from reelrank.experiments.policies import Policy, serving_order, standardised
from reelrank.warehouse.sql import read_sql

METRICS = ("long_views", "watch_seconds", "skips")


@dataclass(frozen=True)
class Answers:
    """Dense pairs and users.

    Attributes
    ----------
    users : int32 (n_users,)
        Ascending.
    lists : Lists
        The pairs of each user.
    rewards : metric -> float64 (n_pairs,)
    before : metric -> float64 (n_users,)
        The same per video in the log before the boundary; the mean where a user has none.
    sessions : int64 (n_users, n_days)
        Videos taken on each day.
    """

    users: np.ndarray
    lists: Lists
    rewards: dict[str, np.ndarray]
    before: dict[str, np.ndarray]
    sessions: np.ndarray


def read_answers(con: duckdb.DuckDBPyConnection, days: int, per_day: int) -> Answers:
    """Read the answers of table judge_rows, and when users come.

    Raises
    ------
    UserError
        If the log has no dense matrix, or its rows no days.
    """
    found = con.execute(read_sql("experiments/sql/answers.sql")).fetchnumpy()
    if not len(found["user_id"]):
        raise UserError("The log has no dense matrix, so nobody knows the answers.",
                        "Use KuaiRec or the simulated one.")  # fmt: skip
    users, numbers = np.unique(found["user_id"], return_inverse=True)
    came = con.execute(
        read_sql("experiments/sql/sessions.sql"), {"days": days, "per_day": per_day}
    ).fetchnumpy()
    sessions = np.zeros((len(users), days), np.int64)
    sessions[np.searchsorted(users, came["user_id"]), came["day"]] = came["video_count"]
    if not sessions.any():
        raise UserError(
            "No pair of the dense matrix falls on these days.", "Choose a larger --days."
        )
    earlier = con.execute(read_sql("experiments/sql/before.sql")).fetchnumpy()
    before = {name: as_floats(earlier[name]) for name in METRICS}
    return Answers(
        users,
        Lists.of(numbers, len(users)),
        {name: as_floats(found[name]) for name in METRICS},
        {name: np.where(np.isnan(x), np.nanmean(x), x) for name, x in before.items()},
        sessions,
    )


def read_scores(judge: Judge, run_id: str, models: set[str]) -> dict[str, np.ndarray]:
    """Scores of models for dense pairs, float64 (n_pairs,) each, as lists of long views.

    Raises
    ------
    UserError
        If the run has no such model, or it scores no pairs.
    """
    orderings = {o.model: o for o in (*ROW_ORDERINGS, *RULES) if LONG_VIEW in o.relevances}
    dense = judge.rows.columns["is_dense"]
    found = {}
    for model in sorted(models):
        if model in orderings:
            scores = row_scores(judge.con, judge.rows, judge.catalogue.videos, orderings[model])
        else:
            keys = {"run_id": run_id, "name": model}
            query = read_sql("offline/sql/judged_scores.sql")
            scores = as_floats(judge.con.execute(query, keys).fetchnumpy()["score"])
        if np.isnan(scores[dense]).all():
            known = ", ".join(sorted(orderings))
            raise UserError(
                f"No model {model!r} of the run scores dense pairs.",
                f"Choose from {known}, or a name given to reelrank judge.",
            )
        found[model] = scores[dense].astype(np.float64)
    return found


def read_tags(judge: Judge) -> np.ndarray:
    """Tags of the videos of the dense pairs, bool (n_pairs, n_tags)."""
    dense = judge.rows.columns["is_dense"]
    sets = judge.facts.tag_sets[judge.rows.videos[dense]]
    return judge.facts.tags.toarray().astype(bool)[sets]


def serve(
    answers: Answers, policy: Policy, scores: dict[str, np.ndarray], tags: np.ndarray, seed: int
) -> np.ndarray:
    """Rows in the order that a policy serves them, int64 (n_pairs,), user by user."""
    lists = answers.lists
    ready = {model: standardised(lists, scores[model]) for model in policy.weights}
    return serving_order(policy, lists, ready, tags, seed)


def daily_sums(answers: Answers, order: np.ndarray, metric: str) -> np.ndarray:
    """Rewards of what is served on each day, float64 (n_users, n_days).

    A day goes on in the list where the day before ended; no video is served twice.
    """
    rewards = answers.rewards[metric][order]
    sums = np.concatenate([[0.0], np.cumsum(rewards)])
    starts, stops = answers.lists.starts[:-1, None], answers.lists.starts[1:, None]
    ends = np.minimum(starts + np.cumsum(answers.sessions, axis=1), stops)
    begins = np.concatenate([starts, ends[:, :-1]], axis=1)
    return sums[ends] - sums[begins]

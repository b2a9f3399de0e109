"""The question a user cares about, in five rows, and the finding in words."""

from dataclasses import dataclass, field

import duckdb

from reelrank.evaluation.orderings import FRONT, RULES
from reelrank.publication.latest import judged_models
from reelrank.warehouse.sql import read_sql, rows_of

Row = dict[str, object]

QUESTION = "What should they watch next? Ten videos out of all that a user has not watched"
PROTOCOLS = {
    "dense": "Dense matrix",
    "holdout": "Holdout events",
    "dense_test": "Dense matrix, test users",
    "dense_tune": "Dense matrix, tune users",
    "end_to_end": "End to end",
    "end_to_end_truth": "True chances of lists",
    "dense_end_to_end": "Dense, end to end",
    "holdout_with_repeats": "Holdout with repeats",
}
RELEVANCES = {"long_view": "long views", "watch_ratio_above_1": "watch_ratio > 1"}
RULE_NAMES = {rule.model for rule in RULES}
FRONT_NAMES = {ordering.model for ordering in FRONT}
NO_LISTS = "No list can be judged: in the holdout nobody liked a video that was new to them."
ALL_SAME = (
    "Every order of videos scores the same, random too: by this log, nothing tells good "
    "lists from bad ones."
)
FEW_USERS = 30


@dataclass(frozen=True)
class NextList:
    """The answer to `QUESTION`.

    Attributes
    ----------
    rows : list of dict
        None where all orders score the same. Else five rows of `next_list.sql`, each with its
        `role`: both stages, the best rule, the best source of candidates alone, random, and the
        best reachable or the most viewed videos; and a row for each model that `reelrank judge`
        added.
    finding : str
        Whether both stages together beat every rule, or why nothing can be said: one sentence.
    all_rows : list of dict
        Every model that makes lists, best first on long views.
    """

    rows: list[Row]
    finding: str
    all_rows: list[Row] = field(default_factory=list)


def next_list(con: duckdb.DuckDBPyConnection, run_id: str) -> NextList:
    """Read what a published run answers to `QUESTION`."""
    found = {str(row["model"]): row for row in _rows(con, "next_list", run_id)}
    telling = [name for name in (*RELEVANCES, "true_chance") if _differ(found, name)]
    if not telling:
        return NextList([], ALL_SAME if found else NO_LISTS)
    for name in RELEVANCES:
        if name not in telling:
            for row in found.values():
                row |= dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    listed = [name for name in found if found[name][telling[0]] is not None]
    listed.sort(key=lambda name: -float(str(found[name][telling[0]])))  # best first
    rules = [name for name in listed if name in RULE_NAMES]
    judged = judged_models(con, run_id)
    yours = [name for name in listed if name in judged]
    no_source = {"two_stage", "random", "oracle_alive", *yours} | RULE_NAMES | FRONT_NAMES
    sources = [name for name in listed if name not in no_source]
    last = "oracle_alive" if "oracle_alive" in found else "most_viewed"
    roles = {"two_stage": "both stages"}
    roles |= dict.fromkeys(yours, "yours")
    roles |= dict.fromkeys(rules[:1], "best rule")
    roles |= dict.fromkeys(sources[:1], "best source alone")
    roles |= {"random": "random"}
    roles.setdefault(last, "best living videos" if last != "most_viewed" else "")
    rows = [found[name] | {"role": role} for name, role in roles.items() if name in found]
    finding = _finding(_rows(con, "next_against", run_id))
    return NextList(rows, finding, list(found.values()))


def _differ(found: dict[str, Row], name: str) -> bool:
    """Whether some model scores other than another: else the scores say nothing."""
    scores = [float(str(row[name])) for row in found.values() if row[name] is not None]
    return bool(scores) and (len(scores) == 1 or max(scores) - min(scores) > 1e-9)


def _finding(compared: list[Row]) -> str:
    """Say whether both stages together beat the closest rule, for both relevances."""
    says = []
    users = min((int(str(row["user_count"])) for row in compared), default=0)
    for relevance, name in RELEVANCES.items():
        rules = [
            row
            for row in compared
            if row["relevance"] == relevance and row["baseline"] in RULE_NAMES
        ]
        if rules:
            closest = min(rules, key=lambda row: float(str(row["difference"])))
            says.append(_against(closest, name))
    if not says:
        return ""
    sentence = f"Both stages together {', and '.join(says)}."
    few = f"Of only {users} users, which shows little: "
    return f"{few}{sentence[0].lower()}{sentence[1:]}" if users < FEW_USERS else sentence


def _against(row: Row, relevance: str) -> str:
    """Compare both stages with one rule, in words."""
    low, high = float(str(row["ci_low"])), float(str(row["ci_high"]))
    span = f"{float(str(row['difference'])):+.3f} nDCG@10, 95 % interval {low:+.4f} to {high:+.4f}"
    if low > 0:
        return f"beat every rule on {relevance} (closest: {row['baseline']}, {span})"
    if high < 0:
        return f"lose to the rule {row['baseline']} on {relevance} ({span})"
    return f"are not shown to beat the rule {row['baseline']} on {relevance} ({span})"


def _rows(con: duckdb.DuckDBPyConnection, name: str, run_id: str) -> list[Row]:
    found = con.execute(read_sql(f"evaluation/sql/{name}.sql"), {"run_id": run_id})
    return rows_of(found)

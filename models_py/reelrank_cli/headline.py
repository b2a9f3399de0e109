"""What a run ends with: the question a user cares about in five rows, and the finding in words."""

import shlex
from dataclasses import dataclass
from pathlib import Path

import duckdb
from reelrank.evaluation.orderings import RULES
from reelrank.presets import Preset
from reelrank.ranker import Feature
from reelrank.warehouse.checks import Source

from reelrank_cli.train_options import Options

Row = dict[str, object]

# ids that every source has, whatever its users and videos are called
QUERIES = (
    "from leaderboard()",
    "from recommend((select min(user_id) from ml.recommendations), 10)",
    "from similar_videos((select min(video_id) from ml.video_factors), 10)",
)
QUESTION = "What should they watch next? Ten videos out of all that a user has not watched"
RELEVANCES = {"long_view": "long views", "watch_ratio_above_1": "watch_ratio > 1"}
RULE_NAMES = {rule.model for rule in RULES}
BESIDE = {"random": "random", "oracle_alive": "best reachable"}
NAME, CELL = 30, 16


@dataclass(frozen=True)
class NextList:
    """The answer to `QUESTION`.

    Attributes
    ----------
    rows : list of dict
        Five rows of `next_list.sql`, each with its `role`: both stages, the best rule, the best
        source of candidates alone, random, and the best reachable or the most viewed videos.
    finding : str
        Whether both stages together beat every rule: one sentence.
    """

    rows: list[Row]
    finding: str


def headline_rows(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Read nDCG@10 and Precision@10 per protocol, relevance and model from temp run_metrics."""
    return _rows(con, "headline.sql", {})


def next_list(con: duckdb.DuckDBPyConnection, run_id: str) -> NextList:
    """Read what a published run answers to `QUESTION`; no rows where it makes no lists."""
    found = {str(row["model"]): row for row in _rows(con, "next_list.sql", {"run_id": run_id})}
    listed = [name for name in found if found[name]["long_view"] is not None]  # best first
    rules = [name for name in listed if name in RULE_NAMES]
    sources = [name for name in listed if name not in {"two_stage", *BESIDE} | RULE_NAMES]
    last = "oracle_alive" if "oracle_alive" in found else "most_viewed"
    roles = {"two_stage": "both stages"}
    roles |= dict.fromkeys(rules[:1], "best rule")
    roles |= dict.fromkeys(sources[:1], "best source alone")
    roles |= {"random": "random", last: "best living videos" if last != "most_viewed" else ""}
    rows = [found[name] | {"role": role} for name, role in roles.items() if name in found]
    return NextList(rows, _finding(_rows(con, "next_against.sql", {"run_id": run_id})))


def _finding(compared: list[Row]) -> str:
    """Say whether both stages together beat the closest rule, for both relevances."""
    says = []
    for relevance, name in RELEVANCES.items():
        rules = [
            row
            for row in compared
            if row["relevance"] == relevance and row["baseline"] in RULE_NAMES
        ]
        if rules:
            closest = min(rules, key=lambda row: float(str(row["difference"])))
            says.append(_against(closest, name))
    return f"Both stages together {', and '.join(says)}." if says else ""


def _against(row: Row, relevance: str) -> str:
    """Compare both stages with one rule, in words."""
    low, high = float(str(row["ci_low"])), float(str(row["ci_high"]))
    span = f"{float(str(row['difference'])):+.3f} nDCG@10, 95 % interval {low:+.3f} to {high:+.3f}"
    if low > 0:
        return f"beat every rule on {relevance} (closest: {row['baseline']}, {span})"
    if high < 0:
        return f"lose to the rule {row['baseline']} on {relevance} ({span})"
    return f"are not shown to beat the rule {row['baseline']} on {relevance} ({span})"


def next_list_lines(answer: NextList) -> list[str]:
    """Write the finding and the five rows as text."""
    if not answer.rows:
        return []
    has_truth = any(row["true_chance"] is not None for row in answer.rows)
    heads = ["long view", "watch_ratio > 1", *(["true chance"] if has_truth else []), "alive"]
    units = ["nDCG@10", "nDCG@10", *(["of a long view"] if has_truth else []), "share"]
    lines = [QUESTION, answer.finding, ""]
    lines += [" " * NAME + "".join(f"{word:<{CELL}}" for word in words).rstrip()
              for words in (heads, units)]  # fmt: skip
    for row in answer.rows:
        role = f" ({row['role']})" if row["role"] not in ("", row["model"]) else ""
        cells = [interval_text(row, "long_view"), interval_text(row, "watch_ratio_above_1")]
        cells += [short(row["true_chance"])] if has_truth else []
        cells += ["-" if row["alive_share"] is None else f"{float(str(row['alive_share'])):.0%}"]
        name = f"{row['model']}{role}"
        lines.append(f"{name:<{NAME}}" + "".join(f"{cell:<{CELL}}" for cell in cells).rstrip())
    return lines


def interval_text(row: Row, name: str) -> str:
    """Write a value and half the width of its interval.

    Examples
    --------
    >>> interval_text({"x": 0.25, "x_low": 0.24, "x_high": 0.26}, "x")
    '.250 ±.010'
    """
    value, low, high = (row.get(key) for key in (name, f"{name}_low", f"{name}_high"))
    if value is None or low is None:
        return short(value)
    return f"{short(value)} ±{short((float(str(high)) - float(str(low))) / 2)}"


def short(value: object) -> str:
    """Write a share with three digits; a dash where there is none.

    Examples
    --------
    >>> short(0.25), short(None), short(1.5)
    ('.250', '-', '1.500')
    """
    if value is None:
        return "-"
    text = f"{float(str(value)):.3f}"
    return text[1:] if text.startswith("0.") else text


def headline_text(answer: NextList, source: Source, run_id: str, db: Path, seconds: float) -> str:
    """Write the answer as text, with the data it belongs to, the time, and queries to try."""
    label = f"SIMULATED data: {source.label}" if source.is_simulated else source.label
    lines = [f"Run {run_id}, {seconds:.0f} s, on {label}", "", *next_list_lines(answer)]
    lines += ["", "Ask the database:"]
    lines += [f'  duckdb -readonly {shlex.quote(str(db))} "{query}"' for query in QUERIES]
    return "\n".join(lines)


def plan_text(preset: Preset, source: Source, features: list[Feature], options: Options) -> str:
    """Say what a run would do, for --dry-run."""
    counts = ", ".join(f"{count:,} {name}" for name, count in source.row_counts.items())
    ranker = preset.ranker
    return "\n".join(
        [
            f"Would train preset {preset.name}: {preset.description}",
            f"  data        {source.label} ({source.data_dir})",
            f"  rows        {counts}; train ends at {source.boundary_at}",
            f"  candidates  {preset.candidates.count} per user by {preset.candidates.source}",
            f"  ranker      {', '.join(ranker.heads)} on {len(features)} features of set "
            f"{ranker.feature_set}, at most {ranker.max_rounds} rounds",
            f"  lists       {preset.recommendations.count} per user, seed {options.seed}, "
            f"{options.threads} threads",
            f"  into        schema ml of {options.db}, keeping {options.keep_runs} runs",
            "Nothing was written.",
        ]
    )


def _rows(con: duckdb.DuckDBPyConnection, name: str, values: dict[str, str]) -> list[Row]:
    found = con.execute(Path(__file__).with_name(name).read_text("utf-8"), values or None)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

"""What a run ends with: the question a user cares about in five rows, and the finding in words."""

import argparse
import shlex
from pathlib import Path

import duckdb
from reelrank.evaluation.next_list import QUESTION, NextList, Row
from reelrank.presets import Preset
from reelrank.ranker import Feature
from reelrank.warehouse.checks import Source
from reelrank.warehouse.sql import rows_of

# ids that every source has, whatever its users and videos are called
QUERIES = (
    "from leaderboard()",
    "from recommend((select min(user_id) from ml.recommendations), 10)",
    "from similar_videos((select min(video_id) from ml.video_factors), 10)",
)
NAME, CELL = 36, 16


def headline_rows(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Read nDCG@10 and Precision@10 per protocol, relevance and model from temp run_metrics."""
    return _rows(con, "headline.sql", {})


def next_list_lines(answer: NextList) -> list[str]:
    """Write the finding and the five rows as text."""
    if not answer.rows:
        return [QUESTION, answer.finding]
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


def plan_text(
    preset: Preset, source: Source, features: list[Feature], options: argparse.Namespace
) -> str:
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
            f"  into        schema ml of {options.db}, keeping {options.keep_runs} runs whole",
            "Nothing was written.",
        ]
    )


def _rows(con: duckdb.DuckDBPyConnection, name: str, values: dict[str, str]) -> list[Row]:
    found = con.execute(Path(__file__).with_name(name).read_text("utf-8"), values or None)
    return rows_of(found)

"""The few numbers that a run ends with."""

import shlex
from pathlib import Path

import duckdb

from reelrank.options import Options
from reelrank.presets import Preset
from reelrank.ranker import Feature
from reelrank.warehouse.checks import Source
from reelrank.warehouse.sql import read_sql

HEADER = (
    f"{'protocol':<11} {'relevance':<20} {'model':<23} {'nDCG@10':>7}  {'95 % interval':<17} "
    f"{'P@10':>7}"
)

# ids that every source has, whatever its users and videos are called
QUERIES = (
    "from leaderboard()",
    "from recommend((select min(user_id) from ml.recommendations), 10)",
    "from similar_videos((select min(video_id) from ml.video_factors), 10)",
)


def headline_rows(con: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """Rows of the headline table: nDCG@10 and Precision@10 per protocol, relevance and model.

    Reads temp table run_metrics.
    """
    found = con.execute(read_sql("headline.sql"))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def headline_text(
    rows: list[dict[str, object]], source: Source, run_id: str, db: Path, seconds: float
) -> str:
    """Write the table as text, with the data it belongs to, the time, and three queries to try."""
    label = f"SIMULATED data: {source.label}" if source.is_simulated else source.label
    lines = [f"Run {run_id}, {seconds:.0f} s, on {label}", "", HEADER]
    last = None
    for row in rows:
        group = (row["protocol"], row["relevance"])
        if last not in (None, group):
            lines.append("")
        lines.append(_line(row, group if group != last else ("", "")))
        last = group
    lines += ["", "Ask the database:"]
    lines += [f'  duckdb -readonly {shlex.quote(str(db))} "{query}"' for query in QUERIES]
    return "\n".join(lines)


def _line(row: dict[str, object], group: tuple[str, str]) -> str:
    has_interval = row["ci_low"] is not None
    interval = f"{row['ci_low']:.4f} to {row['ci_high']:.4f}" if has_interval else ""
    return (
        f"{group[0]:<11} {group[1]:<20} {row['model']:<23} {row['ndcg']:>7.4f}  "
        f"{interval:<17} {row['precision']:>7.4f}"
    )


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

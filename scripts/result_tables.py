"""Print the result tables of the docs from the latest run of a preset."""

import argparse
import re
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.evaluation.next_list import QUESTION, next_list
from reelrank.publication import find_run
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.headline import interval_text, short
from reelrank_cli.main import run_script
from reelrank_cli.options import add_db

ROOT = Path(__file__).resolve().parents[1]

EXAMPLES = """examples:
  python scripts/result_tables.py --db full.duckdb
  python scripts/result_tables.py --section small      # writes them into docs/results.md
  python scripts/result_tables.py --headline           # writes five rows into README.md
  python scripts/result_tables.py --preset reference --published    # docs/simulation.md
"""
RANKING = """
select
    m.protocol, m.model,
    max(m.value) filter (metric = 'ndcg' and relevance = 'long_view') as long_ndcg,
    max(m.ci_low) filter (metric = 'ndcg' and relevance = 'long_view') as long_low,
    max(m.ci_high) filter (metric = 'ndcg' and relevance = 'long_view') as long_high,
    max(m.value) filter (metric = 'precision' and relevance = 'long_view') as long_precision,
    max(m.value) filter (metric = 'ndcg' and relevance = 'watch_ratio_above_1') as ratio_ndcg,
    max(m.ci_low) filter (metric = 'ndcg' and relevance = 'watch_ratio_above_1') as ratio_low,
    max(m.ci_high) filter (metric = 'ndcg' and relevance = 'watch_ratio_above_1') as ratio_high,
    max(m.value) filter (metric = 'precision' and relevance = 'watch_ratio_above_1')
        as ratio_precision
from ml.metrics as m
where m.run_id = $run and m.protocol = $protocol and m.k = 10
group by all
order by long_ndcg desc nulls last, m.model
"""
ERRORS = """
select
    model,
    max(value) filter (protocol = 'dense' and metric = 'mae'),
    max(value) filter (protocol = 'dense' and metric = 'rmse'),
    max(value) filter (protocol = 'holdout' and metric = 'mae'),
    max(value) filter (protocol = 'holdout' and metric = 'rmse')
from ml.metrics
where run_id = $run and metric in ('mae', 'rmse')
group by all
order by 2 nulls last, model
"""
RECALL = """
select
    model,
    max(value) filter (k = 50), max(value) filter (k = 100),
    max(value) filter (k = 250), max(value) filter (k = 500)
from ml.metrics
where run_id = $run and metric = 'candidate_recall' and relevance = 'long_view'
    and k is not null
group by all
order by 5 desc nulls last, model
"""
# What the reference system reports on the real KuaiRec; its holdout counts repeats.
PUBLISHED = (
    ("dense", "mae", None, 0.3473),
    ("dense", "precision", 10, 0.9117),
    ("dense", "precision", 250, 0.7725),
    ("holdout", "ndcg", 10, 0.7508),
    ("holdout", "precision", 10, 0.6534),
    ("holdout_with_repeats", "ndcg", 10, 0.7508),
    ("holdout_with_repeats", "precision", 10, 0.6534),
)
PUBLISHED_GAP = 0.05
CAVEAT = (
    "[What simulated results can and cannot say]"
    "(simulation.md#what-simulated-results-can-and-cannot-say)."
)
ONE_VALUE = """
select value from ml.metrics
where run_id = $run and model = 'ranker' and protocol = $protocol and metric = $metric
    and k is not distinct from $k and relevance in ('watch_ratio_above_1', 'none')
"""
AGAINST_SOURCE = """
select difference, ci_low, ci_high from ml.comparisons
where run_id = $run and protocol = 'end_to_end' and relevance = 'long_view'
    and metric = 'ndcg' and k = 10 and model = 'two_stage' and baseline = $source
"""
QUESTIONS = {
    "dense": "**Dense**: which videos does a user like, when every video was shown whatever the "
    "user's taste? Every answer is known.",
    "holdout": "**Holdout**: which of the videos met after the boundary are liked?",
    "dense_end_to_end": "**Dense, end to end**: both stages together, candidates from the dense "
    "videos, every answer known.",
    "end_to_end": "**End to end**: both stages together, lists from the whole catalogue, judged "
    "by what the log happened to show.",
}


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Lay out a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float | None) -> str:
    """Four digits, or a dash where the model has no such value."""
    return "–" if value is None else f"{value:.4f}"


def interval(value: float | None, low: float | None, high: float | None) -> str:
    """Value with its 95 % interval."""
    return number(value) if low is None else f"{number(value)} ({low:.4f}–{high:.4f})"


def tables(con: duckdb.DuckDBPyConnection, preset: str, command: str) -> str:
    """Write all tables of the latest run of a preset."""
    run_id, source, seconds = latest_run(con, preset)
    parts = [
        f"#### {source[0].upper()}{source[1:]}, preset `{preset}`",
        f"Training took {seconds / 60:.1f} min on 2 cores. Made by `{command}`. "
        "nDCG and Precision at 10, 95 % intervals over users.",
        *([CAVEAT] if "simulated" in source.lower() else []),
    ]
    header = ["model", "long view nDCG", "Precision", "watch_ratio > 1 nDCG", "Precision"]
    for protocol, question in QUESTIONS.items():
        found = con.execute(RANKING, {"run": run_id, "protocol": protocol}).fetchall()
        rows = [
            [f"`{r[1]}`", interval(*r[2:5]), number(r[5]), interval(*r[6:9]), number(r[9])]
            for r in found
            if r[2] is not None
        ]
        if rows:
            parts += [question, markdown(header, rows)]
    found = con.execute(RECALL, {"run": run_id}).fetchall()
    parts += [
        "**Stage one by itself**: share of the long views after the boundary among the candidates.",
        markdown(
            ["candidate source", "@50", "@100", "@250", "@500"],
            [[f"`{r[0]}`", *map(number, r[1:])] for r in found],
        ),
    ]
    found = con.execute(ERRORS, {"run": run_id}).fetchall()
    parts += [
        "**Predicted watch_ratio**",
        markdown(
            ["model", "dense MAE", "dense RMSE", "holdout MAE", "holdout RMSE"],
            [[f"`{r[0]}`", *map(number, r[1:])] for r in found],
        ),
    ]
    return "\n\n".join(parts)


def headline(con: duckdb.DuckDBPyConnection, preset: str) -> str:
    """Write the five rows that answer what to watch next, with the finding in words.

    Raises
    ------
    UserError
        If the run makes no lists.
    """
    run_id, source, _ = latest_run(con, preset)
    answer = next_list(con, run_id)
    if not answer.rows:
        raise UserError(f"Run {run_id} makes no lists.", "Train a preset that does.")
    rows = [
        [
            f"`{row['model']}`" + (f", {row['role']}" if row["role"] else ""),
            interval_text(row, "long_view"),
            interval_text(row, "watch_ratio_above_1"),
            short(row["true_chance"]),
        ]
        for row in answer.rows
    ]
    header = ["", "long view, nDCG@10", "watch_ratio > 1, nDCG@10", "true chance of a long view"]
    where = (
        f"On the {source}, preset `{preset}`, end to end, with half of each 95 % interval; "
        "the rule and the source are the best on long views:"
    )
    parts = [f"**{QUESTION}.** {answer.finding}", where, markdown(header, rows)]
    alone = [str(row["model"]) for row in answer.rows if row["role"] == "best source alone"]
    for name in alone:
        values = {"run": run_id, "source": name}
        found = con.execute(AGAINST_SOURCE, values).fetchone()
        if found is not None:
            shown = "beat" if found[1] > 0 else "are not shown to beat"
            parts.append(
                f"Both stages together {shown} their best source alone, `{name}`, on long views: "
                f"{found[0]:+.3f} nDCG@10, 95 % interval {found[1]:+.3f} to {found[2]:+.3f}."
            )
    return "\n\n".join(parts)


def beside_published(con: duckdb.DuckDBPyConnection, preset: str) -> str:
    """Lay the latest run of a preset beside the reference system's published results."""
    run_id, source, _ = latest_run(con, preset)
    rows = []
    for protocol, metric, k, real in PUBLISHED:
        values = {"run": run_id, "protocol": protocol, "metric": metric, "k": k}
        found = con.execute(ONE_VALUE, values).fetchone()
        if found is None:
            raise UserError(
                f"Run {run_id} has no {metric} of {protocol}.", "Train with dense data."
            )
        inside = "inside" if abs(found[0] - real) <= PUBLISHED_GAP else "outside"
        name = f"{protocol} {metric}" + (f"@{k}" if k else "")
        rows.append([name, number(real), number(found[0]), f"{found[0] - real:+.4f}", inside])
    header = ["figure", "real", "simulated", "difference", f"within {PUBLISHED_GAP}"]
    return f"{source[0].upper()}{source[1:]}, run `{run_id}`.\n\n{markdown(header, rows)}"


def latest_run(con: duckdb.DuckDBPyConnection, preset: str) -> tuple[str, str, float]:
    """Find run_id, data source and seconds of the latest run of a preset.

    Raises
    ------
    UserError
        If there is none.
    """
    run = find_run(con, preset=preset)
    seconds = (run["finished_at"] - run["started_at"]).total_seconds()
    return run["run_id"], run["data_source"], seconds


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    read = parser.add_argument_group("what to show")
    add_db(read)
    read.add_argument(
        "--preset", default="default", metavar="NAME", help="whose run (default: %(default)s)"
    )
    read.add_argument(
        "--headline", action="store_true", help="five rows for README.md (default: all results)"
    )
    read.add_argument("--published", action="store_true", help="the run beside the published "
                      "results of the reference system (default: all results)")  # fmt: skip
    written = parser.add_argument_group("where to")
    written.add_argument("--command", default="bash scripts/run.sh", metavar="TEXT", help="what "
                         "made the run, to print beside it (default: %(default)s)")  # fmt: skip
    written.add_argument("--section", metavar="NAME", help="write the tables into this section of "
                         "docs/results.md, small or full; with --published into outer:NAME of "
                         "docs/simulation.md (default: print them)")  # fmt: skip
    options = parser.parse_args()
    with open_for_reading(options.db, 2, "2GB") as con:
        if options.published:
            page, kind = ROOT / "docs/simulation.md", "outer"
            text = beside_published(con, options.preset)
        elif options.headline:
            text = headline(con, options.preset)
        else:
            page, kind = ROOT / "docs/results.md", "results"
            text = tables(con, options.preset, options.command)
    if options.headline:
        write_section(ROOT / "README.md", "headline", text)
    elif options.section:
        write_section(page, f"{kind}:{options.section}", text)
    else:
        print(text)


def write_section(page: Path, name: str, text: str) -> None:
    """Replace what is between a section's two comments."""
    whole = page.read_text(encoding="utf-8")
    pattern = rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)"
    changed, count = re.subn(pattern, lambda m: f"{m[1]}{text}\n{m[2]}", whole, flags=re.S)
    if count != 1:
        raise UserError(f"{page.name} has no section {name}.", f"Add <!-- {name} --> to it.")
    page.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    run_script(main)

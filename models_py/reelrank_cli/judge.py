"""`reelrank judge`: scores or lists of a model from outside, beside those of a run."""

import argparse
import json
from pathlib import Path

import duckdb
from reelrank.progress import say
from reelrank.stages import Stages
from reelrank.warehouse.sql import rows_of
from reelrank.your_model import Verdict, judge_file, publish_verdict
from reelrank.your_model.judging import ENOUGH
from simulated_kuairec.truth import find_truth

from reelrank_cli.headline import short
from reelrank_cli.options import Parser, a_path, add_json, add_publishing, whole_number
from reelrank_cli.runs import open_to_publish, opened_run, run_facts, run_words

EXAMPLES = """examples:
  reelrank judge my_scores.parquet --name "my model"   user_id, video_id, score
  reelrank judge my_lists.csv --name mine              user_id, video_id, rank from 1
  reelrank judge my_lists.csv --name mine --dry-run    judge it, publish nothing
"""
WHEN_STOPPED = "nothing was published, earlier results are intact"


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "judge",
        "Judge scores or lists of your own in every protocol that they cover, on the same users, "
        "with intervals and paired comparisons, and publish them beside the models of a run "
        "(docs/your_model.md).",
        EXAMPLES,
    )
    parser.add_argument(
        "file",
        type=a_path,
        help="Parquet, CSV, TSV or JSON with user_id, video_id and score, or rank",
    )
    what = parser.add_argument_group("what to judge")
    what.add_argument("--name", default=None, metavar="NAME",
                      help="name of the model (default: that of the file)")  # fmt: skip
    what.add_argument("--run-id", metavar="ID",
                      help="run to put it beside (default: the latest)")  # fmt: skip
    what.add_argument("--resamples", type=whole_number(100, 100_000), default=1000, metavar="N",
                      help="bootstrap resamples of the intervals (default: 1000)")  # fmt: skip
    how = parser.add_argument_group("how")
    add_publishing(how)
    how.add_argument("--dry-run", action="store_true", help="judge it, but publish nothing")
    add_json(how)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = read_options(arguments)
    name = options.name if options.name is not None else Path(options.file).stem
    stages = Stages()
    with opened_run(options, publishes=not options.dry_run) as (con, run, source):
        with stages.stage("Judging"):
            truth = find_truth(source.data_dir) if source.is_simulated else None
            verdict = judge_file(
                con, run, options.file, name, truth=truth, resamples=options.resamples
            )
        rows = _headline(con)
        if not options.dry_run:
            with stages.stage("Publishing"):
                open_to_publish(con, options, source)
                publish_verdict(con, verdict)
    if options.dry_run:
        say("Nothing was published.")
    if options.json:
        facts = run_facts(run)
        found = {"model": name, "coverage": verdict.coverage, "protocols": verdict.protocols}
        print(json.dumps(facts | found | {"results": rows}, indent=2))
        return
    print(_text(run, verdict, rows))


def _headline(con: duckdb.DuckDBPyConnection) -> list[dict]:
    """Read nDCG@10, or the true chance, per protocol and relevance, and the closest others."""
    found = con.execute(Path(__file__).with_name("judge.sql").read_text("utf-8"))
    return rows_of(found)


def _text(run: dict, verdict: Verdict, rows: list[dict]) -> str:
    """Lay the results out as text."""
    lines = [
        f"{verdict.name}, beside run {run_words(run)}",
        "",
        f"{'protocol':<22} {'relevance':<20} {'metric':<15} {'value':>5}  {'95 % interval':<14} "
        f"place     minus the best other model",
    ]
    for row in rows:
        other = ""
        if row["best_other"]:
            other = (f"{row['difference']:+.4f} ({row['difference_low']:+.4f} to "
                     f"{row['difference_high']:+.4f}) {row['best_other']}")  # fmt: skip
        interval = f"{short(row['ci_low'])} to {short(row['ci_high'])}"
        place = f"{row['place']} of {row['model_count']}" if row["place"] else ""
        lines.append(
            f"{row['protocol']:<22} {row['relevance']:<20} {row['metric'] + '@10':<15} "
            f"{short(row['value']):>5}  {interval:<14} {place:<9} {other}".rstrip()
        )
    for protocol, share in verdict.coverage.items():
        if protocol not in verdict.protocols:
            lines.append(
                f"{protocol}: not judged, the file has {share:.1%} of what it asks for; "
                f"{ENOUGH:.0%} are enough"
            )
    return "\n".join(lines)

"""What the tables take on Spark and on DuckDB: time, memory, and what Spark shuffles and spills.

Builds the tables of each folder by `dbt run` and by `scripts/spark.sh run`, one after the other;
what Spark did is read from its event log, by model.
"""

import argparse
import json
import math
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarking.commands import BIN, Bench
from benchmarking.results import commit, in_lines, machine, today
from benchmarking.spark_log import Work, model_spans, total, work_of_models
from reelrank.errors import UserError
from reelrank.progress import say
from reelrank_cli import ROOT
from reelrank_cli.main import run_script
from reelrank_cli.options import Parser, whole_number
from reelrank_cli.processes import Cost, cost_of

RESULTS = ROOT / "docs" / "scale.json"
MODELS_ARE_AT = 5  # depth: size, engines, engine, models, model
SHOWN = 12  # models that are printed
TIMES = (10, 1_000, 100_000)  # KuaiRec, for which a cluster is worked out
KUAIREC_EVENTS = 12_530_806
HOURS = 2  # that a whole build may take there
BUSY = 0.5  # share of the time that a core of a cluster works
GB_PER_CORE = 4
DOLLARS_PER_CORE_HOUR = 0.05  # with that memory, on demand
WITH_EVENT_LOG = {
    "eventLog.enabled": "true",
    "eventLog.compress": "false",
    "eventLog.rolling.enabled": "false",
    "executor.heartbeatInterval": "1h",  # a machine may stand still
    "network.timeout": "2h",
}
EXAMPLES = """examples:
  python scripts/spark_growth.py --data data/small data/full
  python scripts/spark_growth.py             print what is known
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser("scripts/spark_growth.py", __doc__, EXAMPLES)
    parser.add_argument("--data", type=Path, nargs="+", default=[], metavar="DIR",
                        help="folders with KuaiRec's files, real or simulated")  # fmt: skip
    parser.add_argument("--engines", nargs="+", default=["duckdb", "spark"],
                        choices=["duckdb", "spark"], help="which (default: both)")  # fmt: skip
    parser.add_argument("--memory", default="6GB", metavar="SIZE",
                        help="of either engine (default: %(default)s)")  # fmt: skip
    parser.add_argument("--partitions", type=whole_number(1, 10_000), default=8, metavar="N",
                        help="of a shuffle (default: %(default)s)")  # fmt: skip
    parser.add_argument("--work", type=Path, default=Path("data/spark_growth"), metavar="DIR",
                        help="scratch folder (default: %(default)s)")  # fmt: skip
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="FILE",
                        help="results, which are added to (default: docs/scale.json)")  # fmt: skip
    return parser.parse_args()


def measure(engine: str, data: Path, options: argparse.Namespace) -> dict:
    """Build all tables from nothing; gives what that took, as a whole and by model."""
    work = (options.work / f"{data.name}-{engine}").resolve()
    shutil.rmtree(work, ignore_errors=True)
    (work / "events").mkdir(parents=True)
    is_spark = engine == "spark"
    settings = WITH_EVENT_LOG | {"eventLog.dir": f"file://{work}/events"}
    cost = cost_of(
        ["bash", "scripts/spark.sh", "run"] if is_spark else [BIN / "dbt", "run"],
        ROOT,
        {
            "REELRANK_DATA_DIR": str(data.resolve()),
            "REELRANK_DB": str(work / "tables.duckdb"),
            "REELRANK_LAKE": str(work / "lake"),
            "REELRANK_MEMORY_LIMIT": options.memory,
            "REELRANK_SPARK_PARTITIONS": str(options.partitions),
            "REELRANK_VENV": sys.prefix,
            "PYSPARK_SUBMIT_ARGS": " ".join(
                [f"--conf spark.{name}={value}" for name, value in settings.items()]
                + ["pyspark-shell"]
            ),
            "DBT_TARGET_PATH": str(work / "target"),
            "DBT_LOG_PATH": str(work / "logs"),
        },
    )
    if is_spark:
        models = work_of_models(work / "events", work / "target")
    else:
        models = {
            name: Work(seconds=to - since) for name, since, to in model_spans(work / "target")
        }
    stored = sum(file.stat().st_size for file in work.glob("lake/*/*/**/*.parquet"))
    stored += sum(file.stat().st_size for file in work.glob("tables.duckdb"))
    found = measured(cost, models) | {"stored_bytes": stored}
    return found | {"partitions": options.partitions} if is_spark else found


def measured(cost: Cost, models: dict[str, Work]) -> dict:
    """As JSON; of a model only what is not nothing."""
    return {
        "seconds": round(cost.seconds, 1),
        "processor_seconds": round(cost.processor_seconds, 1),
        "peak_bytes": cost.peak_bytes,
        "all_models": _as_json(total(models)),
        "models": {name: _as_json(work) for name, work in models.items()},
        "commit": commit(),
        "measured_on": today(),
    }


def _as_json(work: Work) -> dict:
    return {name: round(value, 2) for name, value in asdict(work).items() if value}


def megabytes(count: int) -> str:
    """Give bytes in words."""
    return f"{count / 1e6:,.0f} MB"


def print_results(found: dict) -> None:
    """Print both engines at each size, then the models that take Spark most."""
    print("\n| simulated events | engine | partitions | s | processor s | peak memory | stored"
          " | shuffled | one stage | spilled |\n" + "|---" * 10 + "|")  # fmt: skip
    for size in sorted(found.values(), key=lambda size: size["events"]):
        for engine in sorted(size["engines"]):
            took = size["engines"][engine]
            every = Work(**took["all_models"])
            print(
                f"| {size['events']:,} | {engine} | {took.get('partitions', '')}"
                f" | {took['seconds']:,.0f}"
                f" | {took['processor_seconds']:,.0f} | {megabytes(took['peak_bytes'])}"
                f" | {megabytes(took['stored_bytes'])} | {megabytes(every.shuffle_bytes)}"
                f" | {megabytes(every.stage_shuffle_bytes)} | {megabytes(every.spilled_bytes)} |"
            )
    of_spark = [size for size in found.values() if "spark" in size["engines"]]
    for size in of_spark:
        print_models(size)
    if len(of_spark) > 1:
        print_clusters(of_spark)


def print_models(size: dict) -> None:
    """Print the models that take Spark most, beside DuckDB."""
    local = size["engines"].get("duckdb", {"models": {}})["models"]
    works = {name: Work(**work) for name, work in size["engines"]["spark"]["models"].items()}
    ordered = sorted(works.items(), key=lambda item: -item[1].processor_seconds)
    print(f"\n{size['events']:,} events:\n")
    print("| model | DuckDB s | s | processor s of tasks | read | shuffled | spilled"
          " | to the driver | rows to one task |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for name, work in [*ordered[:SHOWN], ("all", total(works))]:
        alone = sum(model.get("seconds", 0) for model in local.values()) if name == "all" \
            else local.get(name, {}).get("seconds", 0)  # fmt: skip
        print(
            f"| {name} | {alone:.1f} | {work.seconds:.1f} | {work.processor_seconds:.1f}"
            f" | {megabytes(work.read_bytes)} | {megabytes(work.shuffle_bytes)}"
            f" | {megabytes(work.spilled_bytes)} | {work.stage_result_bytes / 1e6:.1f} MB"
            f" | {work.lone_task_rows:,} |"
        )


def print_clusters(sizes: list[dict]) -> None:
    """Print what many times KuaiRec takes, if all grows as it did between the sizes."""
    least, most = (pick(sizes, key=lambda size: size["events"]) for pick in (min, max))
    small, large = least["engines"]["spark"], most["engines"]["spark"]
    seconds = (large["processor_seconds"] - small["processor_seconds"]) / (
        most["events"] - least["events"]
    )
    every = Work(**large["all_models"])
    print(f"\n{seconds * 1e6:.1f} processor seconds a million events:\n")
    print(
        "| times | events | core hours | cores | memory | shuffled | one stage | stored | dollars |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for times in TIMES:
        events = KUAIREC_EVENTS * times
        core_hours = seconds * events / 3600 / BUSY
        cores = math.ceil(core_hours / HOURS)
        byte_counts = (every.shuffle_bytes, every.stage_shuffle_bytes, large["stored_bytes"])
        in_terabytes = " | ".join(
            f"{count * events / most['events'] / 1e12:,.2f} TB" for count in byte_counts
        )
        print(
            f"| {times:,} | {events / 1e9:,.1f} billion | {core_hours:,.0f}"
            f" | {cores:,} | {cores * GB_PER_CORE:,} GB | {in_terabytes}"
            f" | {core_hours * DOLLARS_PER_CORE_HOUR:,.0f} |"
        )


def main(options: argparse.Namespace) -> None:
    """Measure each folder by each engine; keep the results after each."""
    known = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    for data in options.data:
        if not (data / "big_matrix.csv").is_file():
            raise UserError(f"{data} holds no big_matrix.csv.", "Name KuaiRec folders with --data.")
        events = Bench(data, data.name, options.work).events
        size = known.setdefault(data.name, {"events": events, "engines": {}})
        size["machine"] = machine()
        for engine in options.engines:
            say(f"{data}: {engine}")
            size["engines"][engine] = measure(engine, data, options)
            options.out.write_text(in_lines(known, MODELS_ARE_AT) + "\n", "utf-8")
    print_results(known)


if __name__ == "__main__":
    run_script(lambda: main(read_arguments()))

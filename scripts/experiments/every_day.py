"""What one more day of log costs, and whether its tables are those of a full refresh.

Writes the log of a KuaiRec folder as one file a day, builds the tables without the last days,
adds these one by one with `dbt run`, then refreshes all and compares every table row by row.
With `--engine spark` the same of a lake and `scripts/spark.sh run`.
"""

import argparse
import shutil
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.progress import say
from reelrank.warehouse.sql import quote_text
from reelrank_cli import ROOT
from reelrank_cli.main import run_script
from reelrank_cli.options import Parser, whole_number
from reelrank_cli.processes import cost_of

LOCAL_SECONDS = 8 * 3600  # Shanghai is ahead of UTC
EXAMPLES = """examples:
  python scripts/experiments/every_day.py --data data/full
  python scripts/experiments/every_day.py --data data/tiny --days 27
  python scripts/experiments/every_day.py --data data/tiny --engine spark
"""
BUILT = """
    select schema_name || '.' || table_name, list(column_name order by column_name)
    from duckdb_columns()
    where
        database_name = 'one' and schema_name in ('staging', 'features', 'training')
        and table_name in (select table_name from duckdb_tables() where database_name = 'one')
        and table_name not in ('build_state', 'lake_plan')
    group by schema_name, table_name
    order by 1
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser("scripts/experiments/every_day.py", __doc__, EXAMPLES)
    parser.add_argument("--data", type=Path, default=Path("data/simulated"), metavar="DIR",
                        help="a KuaiRec or simulated KuaiRec (default: %(default)s)")  # fmt: skip
    parser.add_argument("--days", type=whole_number(1, 1000), default=1, metavar="N",
                        help="so many last days are added one by one (default: 1)")  # fmt: skip
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb",
                        help="which builds (default: %(default)s)")  # fmt: skip
    parser.add_argument("--work", type=Path, default=Path("data/every_day"), metavar="DIR",
                        help="of the files and the database (default: %(default)s)")  # fmt: skip
    return parser.parse_args()


def write_days(log: Path, folder: Path) -> Counter[date]:
    """Write the log as one file per local day; gives the lines of each day."""
    files, counts = {}, Counter()
    folder.mkdir(parents=True)
    with log.open(encoding="utf-8") as lines:
        header = next(lines)
        place = header.rstrip("\n").split(",").index("timestamp")
        for line in lines:
            local_seconds = float(line.split(",")[place]) + LOCAL_SECONDS
            day = date(1970, 1, 1) + timedelta(days=int(local_seconds // 86400))
            if day not in files:
                files[day] = (folder / f"{day}.csv").open("w", encoding="utf-8")
                files[day].write(header)
            files[day].write(line)
            counts[day] += 1
    for file in files.values():
        file.close()
    return counts


def steps_of(counts: Counter[date], days: int) -> list[list[date]]:
    """Days by the step that adds them: a day with the stray events up to the next one."""
    mean = counts.total() / len(counts)
    whole = sorted(day for day, count in counts.items() if count * 10 >= mean)
    if days >= len(whole):
        raise UserError(f"The log has {len(whole)} days.", f"Take --days {len(whole) - 1} at most.")
    firsts = [min(counts), *whole[-days:], max(counts) + timedelta(days=1)]
    return [
        [day for day in sorted(counts) if first <= day < after]
        for first, after in zip(firsts, firsts[1:], strict=False)
    ]


def dbt_run(data: Path, built: Path, *options: str) -> tuple[float, float]:
    """Run `dbt run` into a database, or a lake if it has no suffix; gives what cost_of() does."""
    places = {"REELRANK_DATA_DIR": str(data), "REELRANK_DB": str(built)}
    command = [Path(sys.executable).with_name("dbt"), "--quiet", "run", *options]
    if not built.suffix:
        places = {"REELRANK_DATA_DIR": str(data), "REELRANK_LAKE": str(built),
                  "REELRANK_VENV": sys.prefix}  # fmt: skip
        command = ["bash", "scripts/spark.sh", "run", *options]
    cost = cost_of(command, ROOT, places)
    return cost.seconds, cost.processor_seconds


def attach(con: duckdb.DuckDBPyConnection, name: str, built: Path) -> None:
    """Attach a database, or a copy of the tables of a lake."""
    if built.suffix:
        con.execute(f"attach {quote_text(str(built))} as {name} (read_only)")
        return
    con.execute(f"attach ':memory:' as {name}")
    for table in built.glob("*.db/*"):
        con.execute(f"create schema if not exists {name}.{table.parent.stem}")
        files = quote_text(f"{table}/**/*.parquet")
        con.execute(f"create table {name}.{table.parent.stem}.{table.name} as from {files}")


def differing_tables(one: Path, other: Path) -> list[str]:
    """Name the tables whose rows are not the same to the bit, in whatever order they are."""
    with duckdb.connect() as con:
        for name, path in {"one": one, "other": other}.items():
            attach(con, name, path)
        differing = []
        for table, columns in con.execute(BUILT).fetchall():
            listed = ", ".join(f'"{column}"' for column in columns)
            sides = [f"select {listed} from {side}.{table}" for side in ("one", "other")]
            queries = [" except all ".join(pair) for pair in (sides, sides[::-1])]
            if any(con.execute(f"from ({query}) limit 1").fetchall() for query in queries):
                differing.append(table)
        return differing


def main(options: argparse.Namespace) -> None:
    """Print a table of what each build took, and how the tables compare."""
    log, parts = options.data / "big_matrix.csv", options.work / "log" / "big_matrix"
    if not log.is_file():
        raise UserError(f"{log} is not there.", "Name a KuaiRec folder with --data.")
    shutil.rmtree(options.work, ignore_errors=True)
    counts = write_days(log, options.work / "later")
    parts.mkdir(parents=True)
    for file in options.data.iterdir():
        if file.is_file() and file != log:
            (parts.parent / file.name).symlink_to(file.resolve())
    suffix = ".duckdb" if options.engine == "duckdb" else ""
    work, data = options.work.resolve(), parts.parent.resolve()
    built, by_days = work / f"built{suffix}", work / f"by_days{suffix}"
    took = []
    for days in steps_of(counts, options.days):
        for day in days:
            (options.work / "later" / f"{day}.csv").rename(parts / f"{day}.csv")
        what = f"{days[0]} is added" if took else f"all before {days[-1] + timedelta(days=1)}"
        say(what)
        took.append((what, sum(counts[day] for day in days), *dbt_run(data, built)))
    say("full refresh")
    (shutil.copy if suffix else shutil.copytree)(built, by_days)
    full = dbt_run(data, built, "--full-refresh")
    took.append(("full refresh", counts.total(), *full))
    print("| build | lines | seconds | of the processor | share of the full refresh |")
    print("|---|---|---|---|---|")
    for what, lines, seconds, used in took:
        shares = f"{seconds / full[0]:.0%}, {used / full[1]:.0%}"
        print(f"| {what} | {lines:,} | {seconds:.1f} | {used:.1f} | {shares} |")
    differing = differing_tables(by_days, built)
    print(f"\nTables that differ from the full refresh: {', '.join(differing) or 'none'}")


if __name__ == "__main__":
    run_script(lambda: main(read_arguments()))

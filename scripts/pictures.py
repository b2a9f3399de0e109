"""Draw the picture of the README from the latest run, and show it there; no browser needed."""

import argparse
import json
import os
import re
from pathlib import Path

import vl_convert
from reelrank.errors import UserError
from reelrank.publication import find_run
from reelrank.report.charts import Figure, quality_figures
from reelrank.report.facts import read_facts
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from reelrank_cli.options import add_db

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
PAGE_STYLE = ROOT / "models_py" / "reelrank" / "report" / "page.css"
SHOWN = (
    "![{}: nDCG@10 of every model and rule, with 95 % intervals, on {}](docs/pictures/models.png)\n"
)
LARGEST = 300_000  # bytes of all pictures
EXAMPLES = """examples:
  python scripts/pictures.py --db reelrank.duckdb
"""


def draw(db: Path) -> list[Path]:
    """Write the first chart of the report, every model against its baselines, as a PNG.

    Raises
    ------
    UserError
        If the run has no such chart, or the pictures are too large together.
    """
    with open_for_reading(db, os.cpu_count() or 1, "1GB") as con:
        facts = read_facts(con, find_run(con))
    figures = [figure for found in quality_figures(facts).values() for figure in found]
    charts = [figure for figure in figures if figure.chart is not None]
    if not charts:
        raise UserError("The run has no chart of models.", "Train again: reelrank train")
    source = str(facts.run["data_source"])
    drawn = vl_convert.vegalite_to_png(on_its_own(charts[0], source), scale=1.25)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "models.png").write_bytes(drawn)
    files = sorted(FOLDER.iterdir())
    if sum(file.stat().st_size for file in files) > LARGEST:
        raise UserError(f"{FOLDER} holds more than {LARGEST:,} bytes.", "Draw fewer pictures.")
    shown = SHOWN.format(charts[0].title, source)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    changed = re.sub(
        r"(<!-- picture -->\n).*?(<!-- /picture -->)", rf"\g<1>{shown}\g<2>", readme, flags=re.S
    )
    (ROOT / "README.md").write_text(changed, encoding="utf-8")
    return files


def on_its_own(figure: Figure, source: str) -> dict[str, object]:
    """Specification of a figure without its page: with title, width and the light colours."""
    style = PAGE_STYLE.read_text(encoding="utf-8").split("@media")[0]
    colours = dict(re.findall(r"(--\w+): (#\w+);", style))
    title = {
        "text": figure.title,
        "subtitle": f"{source}; our two stages in blue",
        "anchor": "start",
    }
    spec = figure.spec | {"width": 520, "title": title, "autosize": "pad", "background": "white"}
    text = re.sub(r"var\((--\w+)\)", lambda found: colours[found[1]], json.dumps(spec))
    return dict(json.loads(text))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_db(parser.add_argument_group("what to draw"), "database with a finished run")
    for file in draw(parser.parse_args().db):
        print(f"{file} ({file.stat().st_size:,} bytes)")


if __name__ == "__main__":
    run_script(main)

"""How long a click in the explorer takes: each page opened and each control moved, several times.

Streamlit's AppTest runs the page without a browser, so drawing is not in the times.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from reelrank.errors import UserError
from reelrank_cli.main import run_script
from reelrank_cli.options import Parser, add_db, whole_number

APP = Path(__file__).resolve().parents[1] / "models_py" / "reelrank_explorer" / "app.py"
PAGES = ("Videos", "Compare", "Metrics", "Experiments", "SQL", "Users")
EXAMPLES = """examples:
  python scripts/time_explorer.py
  python scripts/time_explorer.py --db full.duckdb --times 5
"""


def main() -> None:
    """Run the command line."""
    parser = Parser("", __doc__, EXAMPLES)
    parser.prog = "time_explorer.py"
    what = parser.add_argument_group("what to time")
    add_db(what, "database with a finished run")
    what.add_argument("--times", type=whole_number(1, 100), default=3, metavar="N",
                      help="clicks of each kind (default: 3)")  # fmt: skip
    options = parser.parse_args()
    try:
        from streamlit.testing.v1 import AppTest
    except ModuleNotFoundError as error:
        raise UserError("Streamlit is not installed.",
                        "Run: pip install -r requirements-explore.txt") from error  # fmt: skip
    sys.argv = ["app.py", str(options.db)]
    app = AppTest.from_file(str(APP), default_timeout=300)

    def click() -> float:
        started = time.perf_counter()
        app.run()
        if app.exception or app.error:
            raise UserError(str((app.exception or app.error)[0].value), "Open it by explore.sh.")
        return time.perf_counter() - started

    def report(name: str, change: Callable[[int], object]) -> None:
        spent = []
        for number in range(options.times):
            change(number)
            spent.append(click())
        print(f"{name:<24} {statistics.median(spent):6.2f} s  at most {max(spent):6.2f} s")

    print(f"{'the first page':<24} {click():6.2f} s")
    for name, key in (("taste", "taste"), ("diversity", "diversity")):
        report(f"slider {name}", lambda n, key=key: app.slider(key=key).set_value(n % 2 * 0.5))
    kinds = ("cold", "random", "best served", "worst served")
    report("another kind of user", lambda n: app.selectbox(key="kind").set_value(kinds[n % 4]))
    for page in PAGES:
        click_twice = (page, "Users" if page != "Users" else "SQL")
        report(f"page {page}", lambda n, two=click_twice: app.radio[0].set_value(two[n % 2]))


if __name__ == "__main__":
    run_script(main)

"""How often an experiment finds a difference where there is none: 2,000 A/A runs.

The same policy serves both arms; only the hash that assigns users differs from run to run.
"""

import json
from pathlib import Path

import numpy as np
from reelrank.evaluation.restoring import restore_judge
from reelrank.experiments.policies import read_policies
from reelrank.experiments.running import look_days, per_video
from reelrank.experiments.same_policy import error_rates
from reelrank.experiments.serving import (
    daily_sums,
    read_answers,
    read_scores,
    read_tags,
    serve,
)
from reelrank.publication import find_run
from reelrank.warehouse.connection import open_for_reading
from shared import parser_of

ASSIGNMENTS = Path(__file__).with_suffix(".sql").read_text("utf-8")
EXAMPLES = """examples:
  python scripts/experiments/aa_runs.py
  python scripts/experiments/aa_runs.py --runs 500 --policy als
"""


def main() -> None:
    """Run the experiment and print one line of JSON."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to run")
    what.add_argument("--runs", type=int, default=2000, metavar="N", help="default: %(default)s")
    what.add_argument(
        "--policy", default="ranker", metavar="TEXT", help="of both arms (default: %(default)s)"
    )
    what.add_argument(
        "--days", type=int, default=14, metavar="N", help="a look each (default: %(default)s)"
    )
    what.add_argument(
        "--per-day", type=int, default=5, metavar="N", help="videos (default: %(default)s)"
    )
    options = parser.parse_args()
    with open_for_reading(options.db, threads=2, memory_limit="2GB") as con:
        run = find_run(con)
        judge = restore_judge(con, run["run_id"], run["seed"])
        answers = read_answers(con, options.days, options.per_day)
        policy = read_policies([options.policy, "random"])[0]
        scores = read_scores(judge, run["run_id"], set(policy.weights))
        order = serve(answers, policy, scores, read_tags(judge), seed=1)
        found = con.execute(ASSIGNMENTS, {"runs": options.runs}).fetchnumpy()
    days, fractions = look_days(answers)
    values = per_video(answers, daily_sums(answers, order, "long_views"))[:, days]
    is_treated = found["is_treated"].astype(bool).reshape(options.runs, len(answers.users))
    rates = error_rates(values, answers.before["long_views"], fractions, is_treated)
    margin = 1.96 * np.sqrt(0.05 * 0.95 / options.runs)
    facts = {"data": run["data_source"], "policy": policy.text, "runs": options.runs,
             "users": len(answers.users), "looks": len(days), "wanted": 0.05,
             "margin": round(float(margin), 4)}  # fmt: skip
    print(json.dumps(facts | {name: round(rate, 4) for name, rate in rates.items()}))


if __name__ == "__main__":
    main()

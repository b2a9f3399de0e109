"""`reelrank experiment`: policies serve the dense users, whose answers are all known."""

import argparse
import json
import math
from dataclasses import asdict

from reelrank.experiments import Plan, publish_experiment, read_policies, run_experiment
from reelrank.experiments.running import Experiment
from reelrank.stages import Stages

from reelrank_cli.options import Parser, add_json, add_publishing, whole_number
from reelrank_cli.runs import open_to_publish, opened_run, run_facts, run_words

DEFAULT = ["most_relevant", "ranker"]
EXAMPLES = """examples:
  reelrank experiment                                     the ranker against a rule
  reelrank experiment --policy als --policy "ranker + 0.5 * als"
  reelrank experiment --policy ranker --policy "ranker | mmr(0.3)" --name diversity
  duckdb -readonly reelrank.duckdb "from ml.experiments_effects"
"""
WHEN_STOPPED = "nothing was published, earlier results are intact"


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "experiment",
        "Let two or more policies serve the dense users day by day from the dense videos. The "
        "rewards are their real answers. Publishes arms, checks, effects, looks and interleaving "
        "into the tables ml.experiments* (docs/experiments.md).",
        EXAMPLES,
    )
    what = parser.add_argument_group("what to compare")
    what.add_argument("--policy", action="append", metavar="TEXT",
                      help="model, blend or re-ranker, twice or more, the control first "
                      f"(default: {' and '.join(DEFAULT)})")  # fmt: skip
    what.add_argument("--name", metavar="NAME", help="of the experiment (default: its policies)")
    what.add_argument("--run-id", metavar="ID", help="one of ml.runs (default: the latest)")
    design = parser.add_argument_group("design")
    design.add_argument("--days", type=whole_number(1, 63), default=14, metavar="N",
                        help="last days of the dense matrix (default: 14)")  # fmt: skip
    design.add_argument("--per-day", type=whole_number(1, 1000), default=5, metavar="N",
                        help="videos that a user takes on a day, at most (default: 5)")  # fmt: skip
    design.add_argument("--salt", type=whole_number(0, 2**31 - 1), default=1, metavar="N",
                        help="of the hash that assigns users (default: 1)")  # fmt: skip
    how = parser.add_argument_group("how")
    add_publishing(how)
    add_json(how)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = read_options(arguments)
    policies = read_policies(options.policy or DEFAULT)
    name = options.name or " against ".join(policy.text for policy in policies[::-1])
    plan = Plan(name, policies, options.days, options.per_day, options.salt)
    stages = Stages()
    with opened_run(options) as (con, run, source):
        with stages.stage("Serving"):
            experiment = run_experiment(con, run, plan)
        with stages.stage("Publishing"):
            open_to_publish(con, options, source)
            publish_experiment(con, run["run_id"], experiment)
    facts = run_facts(run)
    print(json.dumps(facts | _finite(asdict(experiment)), indent=2) if options.json
          else _text(run, experiment))  # fmt: skip


def _finite(value: object) -> object:
    """Put null for numbers that JSON lacks: no number of users finds a difference of 0."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _text(run: dict, experiment: Experiment) -> str:
    """Lay the results out as text."""
    plan = experiment.plan
    lines = [
        f"{plan.name}: {plan.days} days, at most {plan.per_day} videos a day",
        f"Run {run_words(run)}",
        "",
        f"{'arm':<44} {'users':>5} {'long views':>10} {'seconds':>8} {'skips':>6}   per video",
    ]
    for arm, policy in enumerate(plan.policies):
        mine = {row["metric"]: row for row in experiment.arms if row["arm"] == arm}
        means = [float(str(mine[name]["mean"])) for name in ("long_views", "watch_seconds",
                                                             "skips")]  # fmt: skip
        lines.append(
            f"{arm} {policy.text:<42} {mine['skips']['user_count']:>5} {means[0]:>10.4f} "
            f"{means[1]:>8.2f} {means[2]:>6.3f}"
        )
    lines += ["", f"{'arm minus control':<20} {'metric':<14} {'method':<7} {'difference':>10}  "
              f"{'95 % interval':<20} {'p':>6}"]  # fmt: skip
    for row in experiment.effects:
        lines.append(
            f"{row['arm']:<20} {row['metric']:<14} {row['method']:<7} "
            f"{row['difference']:>+10.4f}  {row['ci_low']:>+.4f} to {row['ci_high']:<+10.4f} "
            f"{row['p_value']:>6.4f}"
        )
    lines.append("known: every user under both policies, which only known answers can tell")
    failed = [row for row in experiment.checks if not row["is_passed"]]
    lines += [
        "",
        "Checks: "
        + (
            "; ".join(
                f"{row['check_name']} of arm {row['arm']}, p {row['p_value']:.4f}" for row in failed
            )
            or "sample ratio and A/A passed"
        ),
    ]
    lines += _endings(experiment)
    return "\n".join(lines)


def _endings(experiment: Experiment) -> list[str]:
    """Say when each arm could have stopped, and what interleaving needs."""
    lines = []
    for row in experiment.interleaved:
        looks = [look for look in experiment.days if look["arm"] == row["arm"]]
        stop = next((look["day"] for look in looks if look["is_stopped"]), None)
        when = f"could stop after day {stop} of {looks[-1]['day']}" if stop else "never stops"
        lines.append(
            f"Arm {row['arm']}: {when}; interleaved {row['difference']:+.4f} "
            f"({row['ci_low']:+.4f} to {row['ci_high']:+.4f}); for 80 % power "
            f"{row['users_needed']:,.0f} users interleaved, {row['users_needed_in_arms']:,.0f} in "
            f"two arms, {row['users_needed_with_cuped']:,.0f} with CUPED"
        )
    return lines

"""Run an experiment: assign, check, serve, compare, and say when it could have stopped."""

from dataclasses import asdict, dataclass, field

import duckdb
import numpy as np

from reelrank.evaluation.restoring import restore_judge
from reelrank.experiments import statistics as st
from reelrank.experiments.interleaving import preferences, team_draft
from reelrank.experiments.policies import Policy
from reelrank.experiments.serving import (
    METRICS,
    Answers,
    daily_sums,
    read_answers,
    read_scores,
    read_tags,
    serve,
)
from reelrank.warehouse.sql import read_sql

Row = dict[str, object]


@dataclass(frozen=True)
class Plan:
    """What was decided before the start.

    Attributes
    ----------
    name : str
    policies : list of Policy
        The first is the control.
    days, per_day : int
        Last days of the dense matrix, and how many videos a user takes on one at most.
    salt : int
        Of the hash that assigns users.
    """

    name: str
    policies: list[Policy]
    days: int
    per_day: int
    salt: int


@dataclass
class Experiment:
    """Rows of the tables ml.experiments*, without run and name."""

    plan: Plan
    arms: list[Row] = field(default_factory=list)
    checks: list[Row] = field(default_factory=list)
    effects: list[Row] = field(default_factory=list)
    days: list[Row] = field(default_factory=list)
    interleaved: list[Row] = field(default_factory=list)


def run_experiment(con: duckdb.DuckDBPyConnection, run: dict, plan: Plan) -> Experiment:
    """Run an experiment on the dense users of a published run.

    A user's value is the mean per served video. Every user is served by every policy, so the true
    effect on these users is known; the experiment itself sees each user in one arm.

    Raises
    ------
    UserError
        If the log has no dense answers, or a policy names an unknown model.
    """
    judge = restore_judge(con, run["run_id"], run["seed"])
    answers = read_answers(con, plan.days, plan.per_day)
    models = {model for policy in plan.policies for model in policy.weights}
    scores, tags = read_scores(judge, run["run_id"], models), read_tags(judge)
    orders = [serve(answers, policy, scores, tags, plan.salt) for policy in plan.policies]
    found = con.execute(
        read_sql("experiments/sql/assignment.sql"),
        {"salt": plan.salt, "arms": len(plan.policies)},
    ).fetchnumpy()
    arms = found["arm"].astype(np.int64)
    experiment = Experiment(plan)
    _check_ratio(experiment, arms)
    for metric in METRICS:
        looks = [per_video(answers, daily_sums(answers, order, metric)) for order in orders]
        _compare(experiment, answers, arms, looks, metric)
        if metric == "long_views":
            _watch(experiment, answers, arms, looks)
    for arm in range(1, len(orders)):
        _interleave(experiment, answers, orders[0], orders[arm], arm)
    return experiment


def per_video(answers: Answers, sums: np.ndarray) -> np.ndarray:
    """Mean reward per video served up to each day, float64 (n_users, n_days); 0 before the first.

    Parameters
    ----------
    sums : float64 (n_users, n_days)
        Rewards of each day.
    """
    served = np.minimum(np.cumsum(answers.sessions, axis=1), answers.lists.lengths[:, None])
    return np.cumsum(sums, axis=1) / np.maximum(served, 1)


def _check_ratio(experiment: Experiment, arms: np.ndarray) -> None:
    policies = experiment.plan.policies
    counts = np.bincount(arms, minlength=len(policies))
    p_value = st.sample_ratio(counts, np.full(len(policies), 1 / len(policies)))
    experiment.checks.append(
        {"check_name": "sample ratio", "metric": None, "arm": None, "value": float(counts.max()
         - counts.min()), "p_value": p_value, "is_passed": p_value >= 0.001}
    )  # fmt: skip


def _compare(
    experiment: Experiment,
    answers: Answers,
    arms: np.ndarray,
    looks: list[np.ndarray],
    metric: str,
) -> None:
    """Means of the arms, the A/A check, power, and the effects by each method."""
    policies, before = experiment.plan.policies, answers.before[metric]
    whole = [values[:, -1] for values in looks]
    is_control = arms == 0
    for arm, policy in enumerate(policies):
        seen = whole[arm][arms == arm]
        experiment.arms.append(
            {"arm": arm, "policy": policy.text, "metric": metric, "user_count": len(seen),
             "mean": float(seen.mean()), "spread": float(seen.std(ddof=1)),
             "mean_of_all": float(whole[arm].mean())}
        )  # fmt: skip
    for arm in range(1, len(policies)):
        mine = arms == arm
        key = {"arm": arm, "metric": metric}
        same = st.welch(whole[0][mine], whole[0][is_control])
        experiment.checks.append(
            {"check_name": "A/A"} | key | {"value": same.difference, "p_value": same.p_value,
             "is_passed": same.p_value >= 0.01}
        )  # fmt: skip
        both = mine | is_control
        seen = np.where(mine, whole[arm], whole[0])
        adjusted = seen.copy()
        adjusted[both] = st.cuped(seen[both], before[both], arms[both])
        _add_power(experiment, key, before, mine, is_control)
        for method, effect in (
            ("welch", st.welch(seen[mine], seen[is_control])),
            ("cuped", st.welch(adjusted[mine], adjusted[is_control])),
            ("known", st.paired(whole[arm], whole[0])),
        ):
            spread = float((adjusted if method == "cuped" else seen)[both].std(ddof=1))
            experiment.effects.append(key | {"method": method, "spread": spread} | asdict(effect))


def _add_power(
    experiment: Experiment, key: Row, before: np.ndarray, mine: np.ndarray, control: np.ndarray
) -> None:
    """Say what could be found, from the log before alone."""
    least = st.detectable(float(before.std(ddof=1)), int(mine.sum()), int(control.sum()))
    experiment.checks.append(
        {"check_name": "detectable before the start"} | key
        | {"value": least, "p_value": None, "is_passed": True}
    )  # fmt: skip


def _watch(
    experiment: Experiment, answers: Answers, arms: np.ndarray, looks: list[np.ndarray]
) -> None:
    """Look at long views after each day, with bounds that keep the error rate."""
    days, fractions = look_days(answers)
    bounds = st.boundaries(fractions)
    for arm in range(1, len(looks)):
        both = (arms == arm) | (arms == 0)
        values = np.where((arms == arm)[:, None], looks[arm], looks[0])[both][:, days]
        z = st.z_of_looks(values, arms[both] == arm)
        stop = st.first_crossing(z[None], bounds)[0]
        treated = arms[both] == arm
        difference = values[treated].mean(axis=0) - values[~treated].mean(axis=0)
        for place, day in enumerate(days):
            experiment.days.append(
                {"arm": arm, "day": int(day) + 1, "metric": "long_views",
                 "difference": float(difference[place]), "z": float(z[place]),
                 "bound": float(bounds[place]), "is_stopped": bool(0 <= stop <= place)}
            )  # fmt: skip


def look_days(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    """Days on which something is served, int64 (n,), and the share of all served by then."""
    served = answers.sessions.sum(axis=0)
    days = np.flatnonzero(served > 0)
    return days, np.cumsum(served)[days] / served.sum()


def _interleave(
    experiment: Experiment, answers: Answers, control: np.ndarray, order: np.ndarray, arm: int
) -> None:
    """Interleave a policy with the control, and say how many users either way needs."""
    rewards = answers.rewards["long_views"]
    lengths = answers.sessions.sum(axis=1)
    drafted = team_draft(answers.lists, control, order, lengths, experiment.plan.salt)
    liked = preferences(*drafted, rewards)
    liked = liked[~np.isnan(liked)]
    effect = st.paired(liked, np.zeros(len(liked)))
    needed = st.users_needed(effect.difference, float(liked.std(ddof=1)), 1.0)
    found = {row["method"]: row for row in experiment.effects
             if row["arm"] == arm and row["metric"] == "long_views"}  # fmt: skip
    known = float(str(found["known"]["difference"]))
    usual, adjusted = (
        st.users_needed(known, float(str(found[method]["spread"])), 4.0)
        for method in ("welch", "cuped")
    )
    experiment.interleaved.append(
        {"arm": arm, "user_count": len(liked)} | asdict(effect)
        | {"users_needed": needed, "users_needed_in_arms": usual,
           "users_needed_with_cuped": adjusted}
    )  # fmt: skip

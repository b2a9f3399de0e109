"""The numbers and sentences at the head of the page, and its tables."""

import json
from dataclasses import dataclass

from reelrank.evaluation.next_list import PROTOCOLS, RELEVANCES
from reelrank.report.charts.quality import drawn_lines
from reelrank.report.charts.theme import (
    METRICS,
    OURS,
    model_legend,
    model_name,
)
from reelrank.report.facts import Facts, Row

BEYOND = {
    "alive_share": ("Alive", "share of videos that were still watched at the boundary"),
    "age_days": ("Age", "mean days since upload"),
    "coverage": ("Coverage", "share of the catalogue that is in anybody's top 10"),
    "gini": ("Gini", "0: all videos equally often, 1: one video for everybody"),
    "popularity_percentile": ("Popularity", "mean percentile of views, 1 = most viewed"),
    "novelty": ("Novelty", "mean bits of surprise, more for rarely viewed videos"),
    "tag_diversity": ("Diversity", "mean share of tags that two videos of a list do not share"),
}


VERDICTS = {
    "dense_end_to_end": "Among videos whose answer is known for every user,",
}


@dataclass(frozen=True)
class Card:
    """One of the figures at the head of the page."""

    title: str
    value: str
    interval: str
    beside: str


def number(value: object, digits: int = 3) -> str:
    """Format a number for a table; a dash where there is none."""
    return "–" if value is None else f"{float(value):,.{digits}f}"


def percent(value: object, digits: int = 1) -> str:
    """Format a share for a table; a dash where there is none."""
    return "–" if value is None else f"{100 * float(value):,.{digits}f} %"


def cards(facts: Facts) -> list[Card]:
    """Return the four figures that answer most questions, as far as the run has them."""
    found = [
        _against_best(facts, "end_to_end", "two_stage", "Whole catalogue, two stages"),
        _against_best(facts, "dense", "ranker", "Dense matrix, ranker"),
        _candidate_recall(facts),
        _error(facts),
    ]
    return [card for card in found if card]


def _against_best(facts: Facts, protocol: str, model: str, title: str) -> Card | None:
    row = facts.metric(protocol, "long_view", "ndcg", 10, model)
    if row is None:
        return None
    best = best_baseline(facts, protocol, "long_view")
    beside = "nDCG@10 on long views"
    if best:
        beside += f"; best baseline: {model_name(best['model'])} {number(best['value'])}"
    return Card(title, number(row["value"]), _interval(row), beside)


def best_baseline(facts: Facts, protocol: str, relevance: str) -> Row | None:
    """Return the nDCG@10 row of the best model that is neither ours nor made from the truth."""
    rows = [
        row
        for row in facts.metrics
        if (row["protocol"], row["relevance"], row["metric"], row["k"])
        == (protocol, relevance, "ndcg", 10)
        and not str(row["model"]).startswith(("oracle", "ranker", "front_"))
        and row["model"] not in OURS
    ]
    return max(rows, key=lambda row: float(row["value"]), default=None)


def _candidate_recall(facts: Facts) -> Card | None:
    row = facts.metric("end_to_end", "long_view", "candidate_recall", 500, facts.stage_one)
    if row is None:
        return None
    reachable = facts.metric("end_to_end", "long_view", "candidate_recall", None, "catalogue")
    beside = "of the later long views are among 500 candidates"
    if reachable:
        beside += f"; {percent(reachable['value'])} could be, the rest was uploaded later"
    return Card(
        f"First stage, {model_name(facts.stage_one)}",
        percent(row["value"]),
        _interval(row, percent),
        beside,
    )


def _error(facts: Facts) -> Card | None:
    row = facts.metric("dense", "none", "mae", None, "ranker")
    if row is None:
        return None
    other = facts.metric("dense", "none", "mae", None, "median_per_video")
    beside = "mean absolute error of watch_ratio, dense matrix"
    if other:
        beside += f"; median per video: {number(other['value'])}"
    return Card("Predicted watch_ratio", number(row["value"]), _interval(row), beside)


def _interval(row: Row, form=number) -> str:  # noqa: ANN001
    if row["ci_low"] is None:
        return ""
    return f"{form(row['ci_low'])} to {form(row['ci_high'])}"


def with_interval(row: Row, name: str) -> str:
    """Write a value of the first table with half the width of its interval."""
    if row[name] is None:
        return "–"
    if row[f"{name}_low"] is None:
        return number(row[name])
    half = (float(str(row[f"{name}_high"])) - float(str(row[f"{name}_low"]))) / 2
    return f"{number(row[name])} ±{number(half)}"


def freshness(row: Row) -> str:
    """Say when a listed video was last viewed before the boundary, and whether it still is."""
    days = row["days_since_last_view"]
    if days is None:
        return "not viewed yet"
    ago = f"{float(days) * 24:.0f} h" if float(days) < 2 else f"{float(days):.0f} days"
    return f"last viewed {ago} before" + ("" if row["is_alive"] else ", gone quiet")


PARTS = ("level", "video", "taste", "context", "length")


def parts(row: Row) -> str:
    """Say how the chance of a long view of one pair comes about."""
    listed = ", ".join(f"{name} {float(row[name]):+.1f}" for name in PARTS).replace("-", "−")
    return f"long view {float(row['predicted_long_view']):.0%}: {listed}"


def verdict(facts: Facts) -> str:
    """Say whether the two stages beat every rule and baseline, and by how much."""
    says = (_verdict(facts, *question) for question in VERDICTS.items())
    return " ".join([facts.next_list.finding, *says]).strip()


def _verdict(facts: Facts, protocol: str, about: str) -> str:
    rows = [
        row
        for row in facts.comparisons
        if (row["protocol"], row["relevance"], row["model"]) == (protocol, "long_view", "two_stage")
        and not str(row["baseline"]).startswith(("oracle", "ranker"))
    ]
    if not rows:
        return ""
    closest = min(rows, key=lambda row: float(row["difference"]))
    name = model_name(closest["baseline"])
    gap = f"{float(closest['difference']):+.4f} nDCG@10"
    span = f"95 % interval {float(closest['ci_low']):+.4f} to {float(closest['ci_high']):+.4f}"
    if float(closest["ci_low"]) > 0:
        says = f"the two stages beat every baseline; next is {name}"
    elif float(closest["ci_high"]) < 0:
        says = f"the baseline {name} is better than the two stages"
    else:
        says = f"the two stages are not shown to beat {name}"
    return f"{about} {says} ({gap}, {span})."


def has_oracle(facts: Facts) -> bool:
    """Whether the run knows the best reachable values, which only simulated data have."""
    return any(row["model"] == "oracle" for row in facts.metrics)


def comparison_tables(facts: Facts) -> list[dict[str, object]]:
    """Return the paired differences, one table per protocol, relevance and model of ours."""
    tables: dict[tuple[str, str, str], list[Row]] = {}
    for row in facts.comparisons:
        key = (str(row["protocol"]), str(row["relevance"]), str(row["model"]))
        if key[2] in OURS and key[0] in PROTOCOLS and key[1] in RELEVANCES:
            tables.setdefault(key, []).append(row)
    return [
        {
            "title": f"{PROTOCOLS[protocol]}, {RELEVANCES[relevance]}: {model_name(model)} minus",
            "rows": tables[protocol, relevance, model],
        }
        for protocol in PROTOCOLS
        for relevance in RELEVANCES
        for model in OURS
        if (protocol, relevance, model) in tables
    ]


def error_table(facts: Facts) -> list[Row]:
    """Return RMSE, MAE and its interval per protocol and model."""
    rows: dict[tuple[object, object], Row] = {}
    for row in facts.metrics:
        if row["metric"] in ("rmse", "mae") and row["k"] is None:
            key = (row["protocol"], row["model"])
            rows.setdefault(key, {"protocol": row["protocol"], "model": row["model"]})
            rows[key][str(row["metric"])] = row["value"]
            if row["metric"] == "mae":
                rows[key]["interval"] = _interval(row) or "–"
    return sorted(rows.values(), key=lambda row: (str(row["protocol"]), float(row.get("mae") or 0)))


def feature_meanings(facts: Facts) -> dict[str, str]:
    """Return what the strongest features are, in the words of the feature catalog."""
    found = {str(row["feature"]): str(row["description"] or "") for row in facts.importances}
    return {name: found[name] for name in sorted(found) if found[name]}


def beyond_table(facts: Facts) -> list[Row]:
    """Return what lists are like apart from their hits: one row per model, top 10, end to end."""
    rows: dict[object, Row] = {}
    for row in facts.metrics:
        if row["metric"] in BEYOND and row["k"] == 10 and row["protocol"] == "end_to_end":
            model = row["model"]
            rows.setdefault(model, {"model": model})[str(row["metric"])] = row["value"]
    return [row for row in rows.values() if not str(row["model"]).startswith("front_")]


def parameters(facts: Facts) -> list[tuple[str, str]]:
    """Return the preset as used: dotted names and values."""
    return list(_flat("", json.loads(str(facts.run["parameters"]))))


def _flat(prefix: str, value: object):  # noqa: ANN202
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{prefix}.{name}" if prefix else name, inner)
    elif value is not None:
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield prefix, shown


def curve_menus(facts: Facts) -> dict[str, dict[str, str]]:
    """Return the choices of the two menus above the curves, as far as the run has values."""
    having = {
        (row["protocol"], row["relevance"]) for row in facts.metrics if row["metric"] in METRICS
    }
    protocols = {p: n for p, n in PROTOCOLS.items() if any(p == q for q, _ in having)}
    return {
        "protocol": {p: n for p, n in protocols.items() if p != "holdout_with_repeats"},
        "relevance": {r: n for r, n in RELEVANCES.items() if any(r == q for _, q in having)},
    }


def curve_legend(facts: Facts) -> list[tuple[str, str, str]]:
    """Return name, colour and protocols of every model of the curves."""
    drawn = drawn_lines(facts)
    shown = [
        row
        for row in facts.metrics
        if row["metric"] == "ndcg" and (row["protocol"], row["relevance"], row["model"]) in drawn
    ]
    legend = []
    for name, colour in model_legend(shown):
        protocols = {str(row["protocol"]) for row in shown if model_name(row["model"]) == name}
        legend.append((name, colour, " ".join(sorted(protocols))))
    return legend

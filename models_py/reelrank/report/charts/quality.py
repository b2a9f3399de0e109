"""How good the lists are: against the baselines, over the length of the list, stage by stage."""

import altair as alt

from reelrank.evaluation.next_list import PROTOCOLS, RELEVANCES
from reelrank.report.charts.theme import (
    METRICS,
    OURS,
    Figure,
    Row,
    colours,
    data,
    is_window,
    model_legend,
    model_name,
    upright,
    value_with_interval,
)
from reelrank.report.facts import Facts

SHOWN_PROTOCOLS = (
    "end_to_end", "end_to_end_truth", "dense_test", "dense", "holdout", "dense_end_to_end",
)  # fmt: skip
HEADLINES = {"ndcg": "nDCG@10", "true_chance": "true chance"}
ROW_HEIGHT = 25
KS = [5, 10, 20, 50, 100, 250]


def quality_figures(facts: Facts) -> dict[str, list[Figure]]:
    """Figures of the sections about quality, by section."""
    against = (
        _against_baselines(facts, protocol, relevance)
        for protocol in SHOWN_PROTOCOLS
        for relevance in RELEVANCES
    )
    return {
        "baselines": [figure for figure in against if figure],
        "curves": [_curve(facts, metric) for metric in METRICS],
        "stages": [_candidate_recall(facts), _what_is_lost(facts)],
    }


def _against_baselines(facts: Facts, protocol: str, relevance: str) -> Figure | None:
    rows = [
        {
            "model": model_name(row["model"]),
            "value": row["value"],
            "role": _role(str(row["model"])),
        }
        | _span(row)
        for row in facts.metrics
        if (row["protocol"], row["relevance"], row["metric"], row["k"])
        == (protocol, relevance, _headline(protocol), 10)
        and not str(row["model"]).startswith("front_")
    ]
    if not rows:
        return None
    return Figure(
        key=f"baselines-{protocol}-{relevance}",
        title=f"{PROTOCOLS[protocol]}: {RELEVANCES[relevance]}",
        note="",
        chart=_dots_with_intervals(rows, HEADLINES[_headline(protocol)]),
    )


def _headline(protocol: str) -> str:
    return "true_chance" if protocol == "end_to_end_truth" else "ndcg"


def _role(model: str) -> str:
    if model in OURS:
        return "ours"
    return "ceiling" if model.startswith("oracle") else "baseline"


def _dots_with_intervals(rows: list[Row], metric: str) -> alt.LayerChart:
    order = [row["model"] for row in sorted(rows, key=lambda row: -float(row["value"]))]
    title = f"{metric}, 95 % interval"
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("model:N", sort=order, title=None),
        color=alt.Color(
            "role:N",
            scale=alt.Scale(
                domain=["ours", "ceiling", "baseline"],
                range=["var(--ours)", "var(--ink)", "var(--mid)"],
            ),
        ),
        tooltip=[
            alt.Tooltip("model:N", title="model"),
            *value_with_interval(metric),
        ],
    )
    return alt.layer(
        base.mark_rule(strokeWidth=5, strokeCap="round", opacity=0.35).encode(
            x=alt.X("low:Q", title=title), x2="high:Q"
        ),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X("value:Q", title=title, axis=alt.Axis(tickCount=5), scale=_room(rows))
        ),
        base.mark_text(align="left", dx=9).encode(
            x=alt.X("high:Q", title=title), text=alt.Text("value:Q", format=".3f")
        ),
    ).properties(height=ROW_HEIGHT * len(rows))


def _room(rows: list[Row]) -> alt.Scale:
    """Scale from 0 with room for the number to the right of the longest interval."""
    return alt.Scale(domain=[0, 1.18 * max(float(row["high"]) for row in rows)], nice=False)


def _curve(facts: Facts, metric: str) -> Figure:
    drawn = drawn_lines(facts)
    shown = [
        row
        for row in facts.metrics
        if row["metric"] == metric
        and row["protocol"] in SHOWN_PROTOCOLS
        and row["k"] in KS
        and (row["protocol"], row["relevance"], row["model"]) in drawn
    ]
    rows = [
        {
            "protocol": row["protocol"],
            "relevance": row["relevance"],
            "model": model_name(row["model"]),
            "k": row["k"],
            "value": row["value"],
            "low": row["ci_low"],
            "high": row["ci_high"],
        }
        for row in shown
    ]
    name = METRICS[metric]
    chart = _lines(rows, colours(model_legend(shown)), f"{name}@k") if rows else None
    return Figure(key=f"curve-{metric}", title=f"{name} at k", note="", chart=chart)


def drawn_lines(facts: Facts) -> set[tuple[object, object, object]]:
    """Protocol, relevance and model of every line: of rules that look at some days, the best."""
    best: dict[tuple[object, object], Row] = {}
    lines = set()
    for row in facts.metrics:
        if (row["metric"], row["k"]) != ("ndcg", 10) or str(row["model"]).startswith("front_"):
            continue
        question = row["protocol"], row["relevance"]
        if not is_window(row["model"]):
            lines.add((*question, row["model"]))
        elif question not in best or float(row["value"]) > float(best[question]["value"]):
            best[question] = row
    return lines | {(*question, row["model"]) for question, row in best.items()}


def _lines(rows: list[Row], scale: alt.Scale, title: str) -> alt.LayerChart:
    """Lines over k for the protocol and relevance that the page's two menus choose."""
    protocol = alt.param(name="protocol", value="end_to_end")
    relevance = alt.param(name="relevance", value="long_view")
    base = (
        alt.Chart(data(rows))
        .transform_filter("datum.protocol == protocol && datum.relevance == relevance")
        .encode(
            x=alt.X(
                "k:Q",
                title="k, length of the list",
                scale=alt.Scale(type="log", domain=[KS[0], KS[-1]], nice=False),
                axis=alt.Axis(values=KS, format="d", grid=False),
            ),
            color=alt.Color("model:N", scale=scale),
        )
    )
    tooltip = [
        alt.Tooltip("model:N"),
        alt.Tooltip("k:Q"),
        *value_with_interval(title),
    ]
    return (
        alt.layer(
            base.mark_area(opacity=0.09).encode(y=upright("low:Q", title), y2="high:Q"),
            base.mark_line(strokeWidth=2).encode(y=upright("value:Q", title)),
            base.mark_point(filled=True, size=34, opacity=1).encode(
                y=upright("value:Q", title), tooltip=tooltip
            ),
        )
        .add_params(protocol, relevance)
        .properties(height=230)
    )


def _candidate_recall(facts: Facts) -> Figure:
    shown = [
        row
        for row in facts.metrics
        if (row["metric"], row["relevance"], row["protocol"])
        == ("candidate_recall", "long_view", "end_to_end")
        and row["k"] is not None
    ]
    legend = model_legend(shown)
    rows = [
        {"model": model_name(row["model"]), "k": row["k"], "value": row["value"]} | _span(row)
        for row in shown
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("k:O", title="candidates per user", axis=alt.Axis(labelAngle=0)),
        color=alt.Color("model:N", scale=colours(legend)),
        tooltip=["model:N", "k:O", *value_with_interval("found", ".2%")],
    )
    found = upright("value:Q", "found", "%")
    chart = alt.layer(
        base.mark_area(opacity=0.12).encode(y=upright("low:Q", "found", "%"), y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(y=found),
        base.mark_point(filled=True, size=40, opacity=1).encode(y=found),
    )
    return Figure(
        key="candidate-recall",
        title="What each first stage finds",
        note="Share of the videos a user later watched for long, and had not seen before, "
        "that are among the candidates; mean over users, 95 % interval shaded.",
        chart=chart.properties(height=240) if rows else None,
        legend=legend,
    )


def _span(row: Row) -> Row:
    """Interval of a row of ml.metrics; the value itself where there is none."""
    ends = (row["ci_low"], row["ci_high"])
    low, high = (row["value"] if end is None else end for end in ends)
    return {"low": low, "high": high}


def _what_is_lost(facts: Facts) -> Figure:
    """Draw how much of what users later liked is left after each step."""
    stages = [
        ("Liked after the boundary", ("candidate_recall", None, ""), 1.0),
        ("Known at the boundary", ("candidate_recall", None, "catalogue"), None),
        ("Among 500 candidates", ("candidate_recall", 500, facts.stage_one), None),
        ("In the first 100", ("recall", 100, "two_stage"), None),
        ("In the first 10", ("recall", 10, "two_stage"), None),
    ]
    rows = []
    for stage, (metric, k, model), known in stages:
        found = facts.metric("end_to_end", "long_view", metric, k, model)
        if known is not None:
            rows.append({"stage": stage, "value": known, "low": known, "high": known})
        elif found is not None:
            rows.append({"stage": stage, "value": found["value"]} | _span(found))
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("stage:N", sort=None, title=None),
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.3])),
        tooltip=["stage:N", *value_with_interval("left", ".2%")],
    )
    chart = alt.layer(
        base.mark_bar(color="var(--ours)", cornerRadiusEnd=3, height=22),
        base.mark_rule(color="var(--ink)", strokeWidth=1.5).encode(x="low:Q", x2="high:Q"),
        base.mark_text(align="left", dx=6).encode(
            x="high:Q", text=alt.Text("value:Q", format=".1%")
        ),
    )
    return Figure(
        key="what-is-lost",
        title="What is left after each step",
        note="Share of the videos a user later watched for long, and had not seen before: mean "
        "over users, the thin line its 95 % interval. A video uploaded after the boundary can be "
        "in no list: it counts as lost.",
        chart=chart.properties(height=44 * len(rows)) if len(rows) > 1 else None,
    )

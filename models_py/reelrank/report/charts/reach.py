"""Who and what is served well: cold users and videos, popular and unpopular videos, time spent."""

import json

import altair as alt

from reelrank.evaluation.next_list import PROTOCOLS
from reelrank.report.charts.theme import (
    Figure,
    Legend,
    Row,
    colours,
    data,
    line_with_intervals,
    model_legend,
    model_name,
    upright,
    value_with_interval,
)
from reelrank.report.facts import Facts

SHARES = {
    "train_views": ("views before the boundary", "var(--faint)"),
    "later_views": ("views after it", "var(--mid)"),
    "candidates": ("candidates", "var(--c2)"),
    "top_10": ("recommended top 10", "var(--ours)"),
}

STAGE_LEGEND: Legend = (("500 candidates", "var(--c2)"), ("recommended 100", "var(--ours)"))
ERROR_LEGEND: Legend = (("Ranker", "var(--ours)"), ("Median of all", "var(--mid)"))


def reach_figures(facts: Facts) -> dict[str, list[Figure]]:
    """Figures of the sections about reach, by section."""
    return {
        "cold": [
            *(_by_activity(facts, protocol) for protocol in ("end_to_end", "holdout")),
            _recall_by_age(facts),
            _error_by_age(facts),
        ],
        "popularity": [_popularity(facts)],
        "run": [_durations(facts)],
    }


def _by_activity(facts: Facts, protocol: str) -> Figure:
    shown = [row for row in facts.quality_by_activity if row["protocol"] == protocol]
    rows = [
        {
            "model": model_name(row["model"]),
            "views": row["views"],
            "fifth": row["fifth"],
            "users": row["user_count"],
            "value": row["value"],
            "low": max(float(row["ci_low"]), 0),
            "high": row["ci_high"],
        }
        for row in shown
    ]
    legend = model_legend(shown)
    return Figure(
        key=f"activity-{protocol}",
        title=f"By activity of the user: {PROTOCOLS[protocol].lower()}",
        note="Long views, users in fifths by their views before the boundary, with 95 % intervals.",
        chart=_by_fifth(rows, legend).properties(height=240) if rows else None,
        legend=legend,
    )


def _by_fifth(rows: list[Row], legend: Legend) -> alt.LayerChart:
    ranges = {row["fifth"]: row["views"] for row in rows}
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "fifth:O",
            title="views of the user before the boundary",
            axis=alt.Axis(
                labelAngle=0,
                labelExpr=f"{json.dumps(ranges)}[datum.value]",
                labelFontSize=11,
            ),
            scale=alt.Scale(paddingOuter=0.3),
        ),
        color=alt.Color("model:N", scale=colours(legend)),
        tooltip=[
            "model:N",
            alt.Tooltip("views:N"),
            alt.Tooltip("users:Q"),
            *value_with_interval("nDCG@10"),
        ],
    )
    return line_with_intervals(base, "nDCG@10")


def _recall_by_age(facts: Facts) -> Figure:
    stages = dict(zip(("candidate_recall", "list_recall"), STAGE_LEGEND, strict=True))
    rows = [
        {"age": row["age"], "pairs": row["pairs"], "stage": stages[key][0]} | _with_span(row, key)
        for row in facts.recall_by_age
        for key in stages
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "age:N", sort=None, title="uploaded before the boundary", axis=alt.Axis(labelAngle=0)
        ),
        xOffset=alt.XOffset("stage:N", sort=[name for name, _ in STAGE_LEGEND]),
        tooltip=[
            "age:N",
            "stage:N",
            *value_with_interval("found", ".2%"),
            alt.Tooltip("pairs:Q", format=",", title="pairs asked for"),
        ],
    )
    chart = alt.layer(
        base.mark_bar(cornerRadiusEnd=3).encode(
            y=upright("value:Q", "found", "%"),
            color=alt.Color("stage:N", scale=colours(STAGE_LEGEND)),
        ),
        base.mark_rule(color="var(--ink)", strokeWidth=1.5).encode(
            y=upright("low:Q", "found", "%"), y2="high:Q"
        ),
    )
    return Figure(
        key="recall-by-age",
        title="Cold videos: what the lists find",
        note="Share of all later long views of new pairs that each stage holds, by age of the "
        "video, with 95 % intervals. Of a video without views the first stage knows only tag, "
        "author and category.",
        chart=chart.properties(height=240) if rows else None,
        legend=STAGE_LEGEND,
    )


def _with_span(row: Row, key: str) -> Row:
    """Value and 95 % interval of a share or an error, which is never below 0."""
    value, half = float(row[key]), float(row[f"{key}_half_width"])
    return {"value": value, "low": max(value - half, 0), "high": value + half}


def _error_by_age(facts: Facts) -> Figure:
    names = dict(zip(("ranker", "median_of_all"), ERROR_LEGEND, strict=True))
    rows = [
        {"age": row["age"], "events": row["events"], "model": names[key][0]} | _with_span(row, key)
        for row in facts.error_by_age
        for key in names
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "age:N", sort=None, title="days since upload when watched", axis=alt.Axis(labelAngle=0)
        ),
        color=alt.Color("model:N", scale=colours(ERROR_LEGEND)),
        tooltip=[
            "age:N",
            "model:N",
            *value_with_interval("mean absolute error"),
            alt.Tooltip("events:Q", format=","),
        ],
    )
    chart = line_with_intervals(base, "mean absolute error")
    return Figure(
        key="error-by-age",
        title="Cold videos: error of the ranker",
        note="Mean absolute error of the predicted watch_ratio (counted up to 5) on the holdout, "
        "with 95 % intervals; lower is better. Where the median of all errs more, the group is "
        "harder, not the ranker weaker.",
        chart=chart.properties(height=240) if rows else None,
        legend=ERROR_LEGEND,
    )


def _popularity(facts: Facts) -> Figure:
    rows = [
        {"tenth": row["tenth"], "what": name, "share": row[key] or 0}
        for row in facts.popularity
        for key, (name, _) in SHARES.items()
    ]
    legend = tuple(SHARES.values())
    chart = (
        alt.Chart(data(rows))
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X(
                "tenth:O",
                title="tenths of the catalogue, the most viewed first",
                axis=alt.Axis(labelAngle=0),
            ),
            xOffset=alt.XOffset("what:N", sort=[name for name, _ in legend]),
            y=upright("share:Q", "share", "%"),
            color=alt.Color("what:N", scale=colours(legend)),
            tooltip=["what:N", "tenth:O", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    return Figure(
        key="popularity",
        title="Who gets the places",
        note="Without bias toward popular videos, the recommended tenths would follow what users "
        "watch afterwards.",
        chart=chart.properties(height=260) if rows else None,
        legend=legend,
        is_wide=True,
    )


def _durations(facts: Facts) -> Figure:
    seconds = json.loads(str(facts.run["durations"]))
    rows = [{"stage": stage, "seconds": value} for stage, value in seconds.items()]
    top = max((row["seconds"] for row in rows), default=0) * 1.2
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("stage:N", sort=None, title=None),
        x=alt.X("seconds:Q", axis=None, scale=alt.Scale(domain=[0, top], nice=False)),
        tooltip=["stage:N", alt.Tooltip("seconds:Q", format=",.1f")],
    )
    chart = alt.layer(
        base.mark_bar(color="var(--mid)", cornerRadiusEnd=3, height=14),
        base.mark_text(align="left", dx=5).encode(text=alt.Text("seconds:Q", format=",.1f")),
    )
    return Figure(
        key="durations",
        title="Seconds per stage",
        note="Wall clock of this run.",
        chart=chart.properties(height=25 * len(rows)) if rows else None,
    )

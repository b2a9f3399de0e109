"""What the ranker predicts, where it errs, and what it looks at."""

import altair as alt

from reelrank.evaluation.next_list import PROTOCOLS
from reelrank.report.charts.theme import (
    HEADS,
    Figure,
    Legend,
    Row,
    colours,
    data,
    upright,
)
from reelrank.report.facts import Facts

QUANTILES = ("p10", "p25", "p50", "p75", "p90")
FEATURE_AXIS = alt.Axis(labelLimit=190, labelFontSize=11)
PROTOCOL_LEGEND: Legend = (
    (PROTOCOLS["dense"], "var(--ours)"),
    (PROTOCOLS["holdout"], "var(--c3)"),
)
VALUE_LEGEND: Legend = (
    ("lowest fifth of its values", "var(--step1)"),
    ("low", "var(--step2)"),
    ("middle", "var(--step3)"),
    ("high", "var(--step4)"),
    ("highest fifth", "var(--step5)"),
    ("a code, or unknown", "var(--mid)"),
)


def ranker_figures(facts: Facts) -> dict[str, list[Figure]]:
    """Figures of the sections about the ranker, by section."""
    heads = sorted({str(row["head"]) for row in facts.importances}, reverse=True)
    return {
        "calibration": [
            *(_calibration(facts, head) for head in _calibrated_heads(facts)),
            *(_residuals(facts, protocol) for protocol in ("holdout", "dense")),
        ],
        "features": [*(_importances(facts, head) for head in heads), _shap(facts)],
    }


def _calibrated_heads(facts: Facts) -> list[str]:
    return sorted({str(row["head"]) for row in facts.calibration}, reverse=True)


def _calibration(facts: Facts, head: str) -> Figure:
    rows = [
        {
            "protocol": PROTOCOLS.get(str(row["protocol"]), row["protocol"]),
            "predicted": row["mean_predicted"],
            "mean": row["mean_observed"],
            "median": row["median_observed"],
            "rows": row["row_count"],
        }
        for row in facts.calibration
        if row["head"] == head
    ]
    # a head fitted to the absolute error aims at the median, a probability at the mean
    shown = "median" if head == "watch_ratio" else "mean"
    return Figure(
        key=f"calibration-{head}",
        title=f"Calibration: {HEADS.get(head, head)}",
        note=f"Twenty groups of equal size by prediction, against the {shown} of what happened. "
        "On the dashed line both agree.",
        chart=_beside_diagonal(rows, shown, HEADS.get(head, head)).properties(height=250),
        legend=PROTOCOL_LEGEND,
    )


def _beside_diagonal(rows: list[Row], shown: str, title: str) -> alt.LayerChart:
    happened = f"{shown} of what happened"
    top = max(float(row[key]) for row in rows for key in ("predicted", shown))
    diagonal = (
        alt.Chart(data([{"x": 0, "y": 0}, {"x": top, "y": top}]))
        .mark_line(strokeDash=[4, 4], color="var(--mid)", strokeWidth=1.5)
        .encode(x=alt.X("x:Q", title=title, axis=alt.Axis(tickCount=5)), y=upright("y:Q", happened))
    )
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=55, opacity=0.9)
        .encode(
            x=alt.X("predicted:Q", title=title),
            y=upright(f"{shown}:Q", happened),
            color=alt.Color("protocol:N", scale=colours(PROTOCOL_LEGEND)),
            tooltip=[
                alt.Tooltip("protocol:N"),
                alt.Tooltip("predicted:Q", format=".3f"),
                alt.Tooltip("mean:Q", format=".3f", title="mean observed"),
                alt.Tooltip("median:Q", format=".3f", title="median observed"),
                alt.Tooltip("rows:Q", format=",", title="events"),
            ],
        )
    )
    return alt.layer(diagonal, points)


def _residuals(facts: Facts, protocol: str) -> Figure:
    rows = [
        {
            "seconds": row["seconds"],
            "events": row["events"],
            "mae": row["mae"],
            **dict(zip(QUANTILES, row["quantiles"], strict=True)),
        }
        for row in facts.residuals
        if row["protocol"] == protocol
    ]
    return Figure(
        key=f"residuals-{protocol}",
        title=f"Residuals by length: {PROTOCOLS[protocol].lower()}",
        note="Predicted minus observed watch_ratio (counted up to 5): median, middle half and "
        "middle 80 % of the events. Above 0 the ranker promised too much.",
        chart=_bands(rows).properties(height=250) if rows else None,
    )


def _bands(rows: list[Row]) -> alt.LayerChart:
    """Median, middle half and middle 80 % over the length of the video."""
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "seconds:Q",
            title="length of the video, seconds",
            scale=alt.Scale(type="log", nice=False, padding=12),
            axis=alt.Axis(grid=False, values=[2, 3, 5, 10, 20, 30, 60, 120, 240], format="d"),
        ),
        tooltip=[
            alt.Tooltip("seconds:Q", format=".1f"),
            alt.Tooltip("events:Q", format=","),
            alt.Tooltip("p50:Q", format=".3f", title="median residual"),
            alt.Tooltip("mae:Q", format=".3f", title="mean absolute error"),
        ],
    )
    band = base.mark_area(color="var(--ours)", opacity=0.15)
    title = "predicted minus observed"
    median = upright("p50:Q", title)
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(strokeDash=[4, 4], color="var(--mid)")
    return alt.layer(
        band.encode(y=upright("p10:Q", title), y2="p90:Q"),
        band.encode(y=upright("p25:Q", title), y2="p75:Q"),
        zero.encode(y=upright("zero:Q", title)),
        base.mark_line(color="var(--ours)", strokeWidth=2).encode(y=median),
        base.mark_point(color="var(--ours)", filled=True, size=36, opacity=1).encode(y=median),
    )


def _importances(facts: Facts, head: str) -> Figure:
    rows = [
        {
            "feature": row["feature"],
            "share": row["gain_share"],
            "group": row["feature_group"] or "",
            "description": row["description"] or "",
        }
        for row in facts.importances
        if row["head"] == head
    ][:15]
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("feature:N", sort=None, title=None, axis=FEATURE_AXIS),
        x=alt.X("share:Q", title=None, axis=None, scale=_with_room(rows)),
        tooltip=[
            "feature:N",
            alt.Tooltip("share:Q", format=".1%", title="share of gain"),
            "group:N",
            "description:N",
        ],
    )
    chart = alt.layer(
        base.mark_bar(color="var(--ours)", cornerRadiusEnd=3, height=13),
        base.mark_text(align="left", dx=5).encode(text=alt.Text("share:Q", format=".1%")),
    )
    return Figure(
        key=f"gain-{head}",
        title=f"Gain: {HEADS.get(head, head)}",
        note="Share of the loss reduction of all splits, the strongest features.",
        chart=chart.properties(height=23 * len(rows)),
    )


def _with_room(rows: list[Row]) -> alt.Scale:
    return alt.Scale(domain=[0, 1.3 * max(float(row["share"]) for row in rows)], nice=False)


def _shap(facts: Facts) -> Figure:
    rows = [
        {
            "feature": row["feature"],
            "contribution": row["contribution"],
            "value": row["feature_value"],
            "jitter": row["jitter"],
            "rank": _step(row["value_rank"]),
        }
        for row in facts.shap_points
    ]
    features = list(dict.fromkeys(row["feature"] for row in rows))
    chart = (
        alt.Chart(data(rows))
        .mark_circle(size=16, opacity=0.75)
        .encode(
            y=alt.Y("feature:N", sort=features, title=None, axis=FEATURE_AXIS),
            yOffset=alt.YOffset("jitter:Q", scale=alt.Scale(domain=[0, 1], range=[5, 25])),
            x=alt.X("contribution:Q", title=_unit(facts), axis=alt.Axis(tickCount=6)),
            color=alt.Color("rank:N", scale=colours(VALUE_LEGEND)),
            tooltip=[
                "feature:N",
                alt.Tooltip("value:N", title="value"),
                alt.Tooltip("contribution:Q", format="+.4f"),
            ],
        )
    )
    return Figure(
        key="shap",
        title="What moves recommended videos up and down",
        note="SHAP values of a sample of the recommendations, where the feature was among the "
        "largest contributions: right of 0 it raised the video. For long views they add up to "
        "the log-odds of one. Colour: how high the feature's value was.",
        chart=chart.properties(height=30 * len(features)) if rows else None,
        legend=VALUE_LEGEND,
        is_wide=True,
    )


def _unit(facts: Facts) -> str:
    """Say what the contributions to the score are measured in, in few enough words for a phone."""
    explained = [str(row["head"]) for row in facts.importances if row["mean_abs_shap"]]
    units = {"long_view": ", log-odds", "watch_ratio": ", watch_ratio"}
    return "contribution" + units.get(next(iter(explained), ""), "")


def _step(value_rank: object) -> str:
    """Fifth of the feature's values that a value belongs to."""
    place = 5 if value_rank is None else min(int(float(value_rank) * 5), 4)
    return VALUE_LEGEND[place][0]

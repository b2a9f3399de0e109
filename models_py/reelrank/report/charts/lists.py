"""What the lists are made of: how alive and how fresh, and the front of two views of a list."""

import altair as alt

from reelrank.report.charts.theme import Figure, Legend, Row, colours, data, model_name, upright
from reelrank.report.facts import Facts

WHAT = {
    "watched": ("watched after the boundary", "var(--mid)"),
    "candidates": ("candidates", "var(--c2)"),
    "top_10": ("recommended top 10", "var(--ours)"),
}
BUCKETS = {
    "last_view": ["under 1", "1–3", "3–21", "over 21", "never"],
    "age": ["after it", "0–1", "2–7", "8–30", "over 30"],
}


def list_figures(facts: Facts) -> dict[str, list[Figure]]:
    """Figures of the section about lists."""
    figures = [_shares(facts, "last_view"), _shares(facts, "age"), _front(facts)]
    return {"lists": [figure for figure in figures if figure]}


def _shares(facts: Facts, dimension: str) -> Figure:
    """Draw shares of places by what was known of the video at the boundary."""
    rows = [
        {"bucket": row["bucket"], "what": WHAT[str(row["what"])][0], "share": row["share"]}
        for row in facts.freshness
        if row["dimension"] == dimension
    ]
    legend: Legend = tuple(WHAT.values())
    titles = {
        "last_view": ("Alive?", "days since the last view"),
        "age": ("How fresh?", "age in days at the boundary"),
    }
    title, axis = titles[dimension]
    chart = (
        alt.Chart(data(rows))
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("bucket:O", sort=BUCKETS[dimension], title=axis, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("what:N", sort=[name for name, _ in legend]),
            y=upright("share:Q", "share", "%"),
            color=alt.Color("what:N", scale=colours(legend)),
            tooltip=["what:N", "bucket:O", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    return Figure(
        key=f"fresh-{dimension.replace('_', '-')}",
        title=title,
        note="What is recommended beside what users then watch for the first time.",
        chart=chart.properties(height=230) if rows else None,
        legend=legend,
    )


def _front(facts: Facts) -> Figure | None:
    """Draw every order of lists by both views: what the log then shows, what users would like."""
    rows = [_point(facts, str(row["model"])) for row in facts.next_list.all_rows]
    known = [row for row in rows if row]
    if not known:
        return None
    kinds: Legend = (
        ("both stages", "var(--ours)"),
        ("other weights of the chance", "var(--c2)"),
        ("rules and sources", "var(--mid)"),
        ("best reachable", "var(--ink)"),
    )
    return Figure(
        key="front",
        title="Two views of the same lists",
        note="To the right: what users then watched for long, as the old policy showed it. Up: "
        "the chance of a long view had each listed video been shown, which only a simulation "
        "knows. The line orders candidates by list score + w times log chance. Dashed: the best "
        "lists that anyone could make.",
        chart=_front_chart(known, kinds).properties(height=300),
        legend=kinds,
        is_wide=True,
    )


def _front_chart(points: list[Row], kinds: Legend) -> alt.LayerChart:
    """Draw points, the line through other weights, and bounds that have only one of the views."""
    base = alt.Chart(data(points)).encode(
        x=alt.X("logged:Q", title="nDCG@10 in the log's view", scale=alt.Scale(zero=True)),
        y=upright("chance:Q", "mean true chance of a long view, top 10"),
        tooltip=[
            alt.Tooltip("model:N", title="order"),
            alt.Tooltip("logged:Q", format=".4f", title="nDCG@10"),
            alt.Tooltip("chance:Q", format=".4f", title="true chance"),
            alt.Tooltip("alive:Q", format=".0%", title="alive"),
        ],
    )
    on_front = "datum.kind == 'other weights of the chance'"
    is_point, is_bound = "isValid(datum.logged)", "!isValid(datum.logged)"
    return alt.layer(
        base.transform_filter(is_bound)
        .mark_rule(color="var(--ink)", strokeDash=[4, 4])
        .encode(x=alt.value(0), x2=alt.value("width")),
        base.transform_filter(is_bound)
        .mark_text(align="left", dx=7, dy=-7)
        .encode(x=alt.value(0), text="model:N"),
        base.transform_filter(on_front).mark_line(color="var(--c2)").encode(order="weight:Q"),
        base.transform_filter(is_point)
        .mark_point(filled=True, size=55, opacity=1)
        .encode(color=alt.Color("kind:N", scale=colours(kinds))),
        base.transform_filter(f"datum.named && {is_point}")
        .mark_text(align="left", dx=7)
        .encode(text="model:N"),
    )


def _point(facts: Facts, model: str) -> Row | None:
    """Place one model in both views; None where it has no true chances."""
    found = {str(row["model"]): row for row in facts.next_list.all_rows}[model]
    if found["true_chance"] is None:
        return None
    weight = model.removeprefix("front_") if model.startswith("front_") else None
    kind = "rules and sources"
    if weight is not None:
        kind = "other weights of the chance"
    elif model == "two_stage":
        kind = "both stages"
    elif model.startswith("oracle"):
        kind = "best reachable"
    named = model in ("two_stage", "random") or weight is not None
    named |= model in {row["model"] for row in facts.next_list.rows}
    return {
        "model": f"w = {weight}" if weight is not None else model_name(model),
        "weight": float(weight or 0),
        "kind": kind,
        "logged": found["long_view"],
        "chance": found["true_chance"],
        "alive": found["alive_share"],
        "named": bool(named),
    }

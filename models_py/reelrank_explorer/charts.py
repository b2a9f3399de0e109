"""The charts of the page, in the colours of the page's own theme, light or dark."""

import altair as alt
import pandas as pd


def timeline(history: pd.DataFrame) -> alt.Chart:
    """Draw a user's views over time, long ones apart."""
    return (
        alt.Chart(history)
        .mark_circle(opacity=0.7)
        .encode(
            x=alt.X("event_at:T", title=None),
            y=alt.Y("watch_ratio:Q", title="watch ratio").scale(type="sqrt", clamp=True),
            color=alt.Color("kind:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=["event_at:T", "video_id:N", "caption:N", "watch_ratio:Q", "kind:N"],
        )
        .properties(height=220)
    )


def two_stages(candidates: pd.DataFrame) -> alt.Chart:
    """Draw where stage one had each listed video, and where it ended up."""
    return (
        alt.Chart(candidates)
        .mark_circle(size=60, opacity=0.8)
        .encode(
            x=alt.X("rank:Q", title="place in stage one"),
            y=alt.Y("final_rank:Q", title="place in the list").scale(reverse=True),
            color=alt.Color("source:N", title=None, legend=alt.Legend(orient="top", columns=2)),
            tooltip=["video_id:N", "caption:N", "source:N", "rank:Q", "final_rank:Q"],
        )
        .properties(height=260)
    )


def days(found: pd.DataFrame, x: str, y: str, title: str, x_title: str | None = None) -> alt.Chart:
    """Draw bars over days or ages."""
    is_time = pd.api.types.is_datetime64_any_dtype(found[x])
    of = f"yearmonthdate({x}):T" if is_time else f"{x}:O"
    return (
        alt.Chart(found)
        .mark_bar()
        .encode(
            x=alt.X(of, title=x_title).axis(labelAngle=0, labelOverlap=True),
            y=alt.Y(f"{y}:Q", title=title),
            tooltip=[of, f"{y}:Q"],
        )
        .properties(height=200)
    )


def bars_of(found: pd.DataFrame, label: str, value: str, title: str) -> alt.Chart:
    """Draw one bar for each label, the longest first."""
    return (
        alt.Chart(found)
        .mark_bar()
        .encode(
            x=alt.X(f"{value}:Q", title=title),
            y=alt.Y(f"{label}:N", title=None, sort="-x").axis(labelLimit=160, labelOverlap=False),
            tooltip=[label, value],
        )
        .properties(height=22 * len(found) + 40)
    )


def intervals(found: pd.DataFrame) -> alt.LayerChart:
    """Draw the value of each model with its interval, the best on top."""
    order = list(found.sort_values("value", ascending=False)["model"])
    base = alt.Chart(found).encode(
        y=alt.Y("model:N", title=None, sort=order).axis(labelLimit=160, labelOverlap=False)
    )
    rules = base.mark_rule().encode(x=alt.X("ci_low:Q", title=None), x2="ci_high:Q")
    points = base.mark_circle(size=60, opacity=1).encode(
        x="value:Q", tooltip=["model", "value", "ci_low", "ci_high"]
    )
    return (rules + points).properties(height=20 * len(found) + 30)


def looks(found: pd.DataFrame) -> alt.LayerChart:
    """Draw z of an experiment after each day, between its bounds."""
    base = alt.Chart(found).encode(x=alt.X("day:Q", title="day"))
    z = base.mark_line(point=True).encode(y=alt.Y("z:Q", title="z"), color="arm:N")
    bounds = [
        base.transform_calculate(edge=f"{sign} * datum.bound")
        .mark_line(strokeDash=[4, 4])
        .encode(y="edge:Q")
        for sign in (1, -1)
    ]
    return alt.layer(z, *bounds).properties(height=220)

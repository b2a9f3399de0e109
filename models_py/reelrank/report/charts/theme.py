"""Names, colours and sizes that all figures share.

Colours are CSS variables of the page, so that one figure serves light and dark mode.
"""

import json
import re
from dataclasses import dataclass

import altair as alt

Row = dict[str, object]
Legend = tuple[tuple[str, str], ...]

OURS = ("two_stage", "ranker")
MODELS = {
    "two_stage": ("Two stages", "var(--ours)"),
    "ranker": ("Ranker", "var(--ours)"),
    "ranker_over_everything": ("Ranker over everything", "var(--c9)"),
    "ranker_debiased": ("Ranker, debiased", "var(--c9)"),
    "als": ("ALS", "var(--c2)"),
    "als_alive": ("ALS, living videos", "var(--c7)"),
    "item_based": ("Item-based", "var(--c3)"),
    "blend": ("Blend", "var(--c7)"),
    "best_received": ("Best received", "var(--c4)"),
    "most_viewed": ("Most viewed", "var(--c5)"),
    "most_relevant": ("Most relevant", "var(--c3)"),
    "newest_first": ("Newest first", "var(--c6)"),
    "median_per_video": ("Median per video", "var(--c6)"),
    "global_median": ("Median of all", "var(--c7)"),
    "shortest_first": ("Shortest first", "var(--c8)"),
    "random": ("Random", "var(--mid)"),
    "oracle": ("Best reachable", "var(--ink)"),
    "oracle_alive": ("Best living videos", "var(--ink)"),
}
HEADS = {
    "watch_ratio": "predicted watch_ratio",
    "log_play": "predicted play time",
    "long_view": "chance of a long view",
    "lambdarank_long_view": "order of long views",
}
METRICS = {"ndcg": "nDCG", "precision": "Precision", "recall": "Recall"}


@dataclass(frozen=True)
class Figure:
    """One chart of the page.

    Parameters
    ----------
    key : str
        Its id in the page.
    title, note : str
        What it shows, and how to read it.
    chart : alt.Chart, alt.LayerChart or None
        None where the run keeps nothing to draw; the note then says so.
    legend : tuple of (name, colour)
        Written above the chart by the page, which can break its line on a phone.
    is_wide : bool
        Takes the whole width of the page.
    """

    key: str
    title: str
    note: str
    chart: alt.Chart | alt.LayerChart | None
    legend: Legend = ()
    is_wide: bool = False

    @property
    def spec(self) -> Row:
        """The Vega-Lite specification, as wide as its place in the page."""
        assert self.chart is not None
        sized = self.chart.properties(
            width="container", autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
        )
        return _with_rows(sized.configure(**CONFIG).to_dict(validate=False))


# the font of page.css: Vega measures its texts with it
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif"
CONFIG: dict[str, object] = {
    "background": "transparent",
    "font": FONT,
    "view": alt.ViewConfig(stroke=None),
    "axis": alt.AxisConfig(
        labelColor="var(--soft)", titleColor="var(--soft)", gridColor="var(--line)",
        domainColor="var(--line)", tickColor="var(--line)", labelFontSize=12, titleFontSize=12,
        titleFontWeight="normal", labelLimit=150, domain=False, ticks=False, labelPadding=6,
    ),
    "legend": alt.LegendConfig(disable=True),
    "text": alt.MarkConfig(color="var(--ink)", fontSize=11.5),
    "rule": alt.MarkConfig(color="var(--soft)"),
}  # fmt: skip


def model_name(model: object) -> str:
    """Name of a model as people say it; a rule with the days that it looks at."""
    family, days = _family(str(model))
    name = MODELS[family][0] if family in MODELS else _capitalised(family.replace("_", " "))
    return name + {"": "", "1": ", last day"}.get(days, f", last {days} days")


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _family(model: str) -> tuple[str, str]:
    """Split the days that a rule looks at off its name."""
    found = re.fullmatch(r"(.*)_(\d+)d", model)
    return (found[1], found[2]) if found else (model, "")


def is_window(model: object) -> bool:
    """Whether a rule looks only at the last days."""
    return _family(str(model))[1] != ""


def model_legend(rows: list[Row]) -> Legend:
    """Name and colour of every model of the rows, ours first; the same in every figure."""
    found = {str(row["model"]) for row in rows}
    models = [m for m in MODELS if m in found] + sorted(found - MODELS.keys())
    colour = {m: MODELS.get(_family(m)[0], ("", "var(--c7)"))[1] for m in models}
    return tuple((model_name(m), colour[m]) for m in models)


def colours(legend: Legend) -> alt.Scale:
    """Scale of the colours of a legend."""
    return alt.Scale(domain=[name for name, _ in legend], range=[colour for _, colour in legend])


def upright(field: str, title: str, form: str | None = None) -> alt.Y:
    """Encode height; the title stands over the axis, level, and takes no width of the chart."""
    axis = alt.Axis(
        titleAngle=0, titleAlign="left", titleAnchor="end", titleBaseline="bottom", titleX=0,
        titleY=-8, tickCount=5,
    )  # fmt: skip
    if form:
        axis.format = form
    return alt.Y(field, title=title, axis=axis)


def value_with_interval(title: str, form: str = ".4f") -> list[alt.Tooltip]:
    """Show a value and its 95 % interval, the fields `low` and `high`, under the pointer."""
    fields = {"value:Q": title, "low:Q": "95 % from", "high:Q": "to"}
    return [alt.Tooltip(field, format=form, title=name) for field, name in fields.items()]


def line_with_intervals(base: alt.Chart, title: str) -> alt.LayerChart:
    """Draw values as a line with points, and the interval of each as a rule."""
    value = upright("value:Q", title)
    return alt.layer(
        base.mark_rule(strokeWidth=4, opacity=0.3, strokeCap="round").encode(
            y=upright("low:Q", title), y2="high:Q"
        ),
        base.mark_line(strokeWidth=2).encode(y=value),
        base.mark_point(filled=True, size=45, opacity=1).encode(y=value),
    )


def data(rows: list[Row]) -> alt.Data:
    """Rows as inline data; as one text, which Altair does not copy again and again."""
    return alt.Data(values=json.dumps(rows))


def _with_rows(spec: object) -> object:
    """Turn the texts of `data` into rows."""
    if isinstance(spec, list):
        return [_with_rows(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    return {
        name: json.loads(part) if name == "values" and isinstance(part, str) else _with_rows(part)
        for name, part in spec.items()
    }

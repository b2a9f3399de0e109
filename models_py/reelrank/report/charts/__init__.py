"""The figures of the page, as Vega-Lite specifications made with Altair."""

from reelrank.report.charts.lists import list_figures
from reelrank.report.charts.quality import quality_figures
from reelrank.report.charts.ranker import ranker_figures
from reelrank.report.charts.reach import reach_figures
from reelrank.report.charts.theme import Figure

__all__ = ["Figure", "list_figures", "quality_figures", "ranker_figures", "reach_figures"]

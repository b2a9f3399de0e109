"""The page itself: one HTML file with style, script, library and data inside."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from altair.utils.schemapi import debug_mode
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reelrank.evaluation.next_list import PROTOCOLS
from reelrank.report import words
from reelrank.report.charts import (
    Figure,
    list_figures,
    quality_figures,
    ranker_figures,
    reach_figures,
)
from reelrank.report.charts.theme import model_name
from reelrank.report.facts import Facts

HERE = Path(__file__).parent


def render(facts: Facts, database: str, library: Callable[[], str]) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    facts : Facts
        What was read from the database.
    database : str
        Name of the file, for the commands that the page shows.
    library : callable
        Gives Vega, Vega-Lite and Vega-Embed as one script, so that nothing comes from a network.
    """
    with debug_mode(False):  # the tests check figures by the schema, a second each time
        sections = {
            **quality_figures(facts),
            **list_figures(facts),
            **ranker_figures(facts),
            **reach_figures(facts),
        }
        specs = _specs(sections)
    page = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters.update(
        number=words.number,
        percent=words.percent,
        model=model_name,
        clock=_clock,
        whole=_whole,
        as_sql=_as_sql,
    )
    page.globals.update(words=words, protocols=PROTOCOLS, glossary=glossary())
    return page.get_template("page.html").render(
        facts=facts,
        run=facts.run,
        row_counts=json.loads(str(facts.run["row_counts"])),
        versions=json.loads(str(facts.run["versions"])),
        sections=sections,
        database=database,
        style=Markup((HERE / "page.css").read_text("utf-8")),
        script=Markup((HERE / "page.js").read_text("utf-8")),
        library=Markup(library().replace("</script", "<\\/script")),
        specs=Markup(specs),
    )


def glossary() -> list[dict[str, str]]:
    """Read the words that the page and docs/glossary.md share."""
    return tomllib.loads((HERE / "glossary.toml").read_text("utf-8"))["terms"]


def _specs(sections: dict[str, list[Figure]]) -> str:
    """All specifications as JSON that is safe inside a script element."""
    specs = {
        figure.key: figure.spec
        for figures in sections.values()
        for figure in figures
        if figure.chart is not None
    }
    return json.dumps(specs, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _clock(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _whole(count: object) -> str:
    return "–" if count is None else f"{int(str(count)):,}"


def _as_sql(user_id: object) -> str:
    """Write an id as a query has it: text in quotes."""
    return "'" + user_id.replace("'", "''") + "'" if isinstance(user_id, str) else str(user_id)

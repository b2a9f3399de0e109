"""Measures a simulated source and compares it, figure by figure, with the real one."""

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.progress import progress

from simulated_kuairec.calibration.figures import FIGURES, Figure
from simulated_kuairec.parameters import PARAMETERS
from simulated_kuairec.scales import counts_of
from simulated_kuairec.source import read_facts, source_factor
from simulated_kuairec.writer import FILES

SQL = Path(__file__).parent
STEPS = ("quirks", "log", "activity", "dense", "variance", "side")
MATRICES = {"log": "big", "dense": "small"}
MEMORY = "3GB"


@dataclass(frozen=True)
class Comparison:
    """A figure, what the simulation gives, and the verdict.

    Attributes
    ----------
    figure : Figure
        The real figure.
    expected : float
        The real figure at the scale of the simulation.
    simulated : float
        What was measured.
    judged : bool
        Whether this scale must keep the figure.
    inside : bool
        Whether it is inside its gap.
    """

    figure: Figure
    expected: float
    simulated: float
    judged: bool
    inside: bool


def measure(data_dir: Path) -> dict[str, float]:
    """Measure all figures of a source, real or simulated, in DuckDB.

    Parameters
    ----------
    data_dir : pathlib.Path
        Folder with the seven files.
    """
    values = _caption_figures(data_dir)
    with duckdb.connect() as con, progress("measuring", len(STEPS) + 3, "steps") as update:
        con.execute(f"set memory_limit = '{MEMORY}'")
        con.execute("set variable folder = ?", [str(data_dir)])
        con.execute((SQL / "load.sql").read_text())
        update(1)
        for step in STEPS:
            values |= _figures(con, step)
            update(1)
        for matrix, table in MATRICES.items():
            con.execute(f"create or replace temp view views as from {table}")
            found = _figures(con, "both")
            values |= {f"{matrix} {name}": value for name, value in found.items()}
            update(1)
    return values


def _figures(con: duckdb.DuckDBPyConnection, step: str) -> dict[str, float]:
    """Run the statements of a file; the columns of their rows are the figures."""
    values = {}
    for statement in con.extract_statements((SQL / f"{step}.sql").read_text()):
        found = con.execute(statement)
        names = [column[0] for column in found.description]
        for name, value in zip(names, found.fetchone() or (), strict=False):
            several = value if isinstance(value, dict) else {"": value}
            values |= {f"{name}{ending}": one for ending, one in several.items()}
    return values


def _caption_figures(data_dir: Path) -> dict[str, float]:
    """Rows of the captions, counted by line feeds outside quotes, and lone carriage returns."""
    text = (data_dir / "kuairec_caption_category.csv").read_bytes().decode()
    outside = "".join(text.split('"')[::2])
    lone = text.count("\r") - text.count("\r\n")
    return {"caption rows": outside.count("\n") - 1, "captions with a lone carriage return": lone}


def _compare(figure: Figure, value: float, factor: float) -> Comparison:
    """Compare one figure at a scale."""
    expected = figure.real
    if figure.grows_with:
        counts = counts_of(factor, PARAMETERS.counts)
        expected = float(getattr(counts, figure.grows_with))
    allowed = figure.gap * abs(expected) if figure.kind == "near" else figure.gap
    judged = factor >= figure.from_factor and (factor <= 1 or figure.from_factor < 1)
    return Comparison(figure, expected, value, judged, abs(value - expected) <= allowed)


def check(data_dir: Path) -> list[Comparison]:
    """Compare a source with the real figures.

    Parameters
    ----------
    data_dir : pathlib.Path
        Folder with the seven files.

    Raises
    ------
    UserError
        If a file is missing, or is not readable as what it should be.
    """
    missing = [name for name in FILES if not (data_dir / name).is_file()]
    if missing:
        raise UserError(
            f"--check {data_dir}: no {', '.join(missing)} in this folder",
            "write a simulated source first: python scripts/simulate_kuairec.py --out DIR",
        )
    factor = source_factor(read_facts(data_dir))
    try:
        values = measure(data_dir)
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise UserError(
            f"--check {data_dir}: a file cannot be read: {str(error).splitlines()[0]}",
            "write the source again: python scripts/simulate_kuairec.py --out DIR",
        ) from error
    # a figure without rows to measure it on is NaN, which is inside no gap
    found = {name: math.nan if value is None else float(value) for name, value in values.items()}
    return [_compare(figure, found[figure.name], factor) for figure in FIGURES]


def _number(value: float) -> str:
    """Format a number for the table: thousands for large ones, four digits for small ones."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def report(comparisons: list[Comparison], label: str, is_simulated: bool) -> str:
    """Lay the comparison out as a table with a verdict per figure.

    Parameters
    ----------
    comparisons : list of Comparison
        What to print.
    label : str
        The source in words, to stand above the table.
    is_simulated : bool
        Whether the measured column may be called simulated.
    """
    measured = "simulated" if is_simulated else "measured"
    lines = [
        f"{label}, beside the real KuaiRec",
        f"{'figure':<58}{'real':>15}{measured:>15}{'gap allowed':>14}  verdict",
    ]
    for c in comparisons:
        gap = f"{c.figure.gap:.4g}" if c.figure.kind == "within" else f"{c.figure.gap:.4%}"
        gap = gap.replace(".0000%", "%") if c.figure.kind == "near" else gap
        verdict = ("inside" if c.inside else "OUTSIDE") if c.judged else "not kept at this scale"
        lines.append(
            f"{c.figure.name:<58}{_number(c.expected):>15}{_number(c.simulated):>15}"
            f"{gap:>14}  {verdict}"
        )
    judged = [c for c in comparisons if c.judged]
    inside = sum(c.inside for c in judged)
    lines.append(f"{inside} of {len(judged)} figures inside, {label}")
    return "\n".join(lines)

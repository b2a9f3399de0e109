"""What the default preset is worth beside the reference preset, from their published runs."""

from __future__ import annotations

from pathlib import Path

import duckdb
from reelrank.errors import UserError

# The reference preset has no long-view head: its predictions without the part that the length
# explains are the better answer to that question, so they stand for it.
RUN_METRICS = """
with run as (
    select run_id from ml.runs where preset = $preset order by started_at desc limit 1
)

select
    concat_ws(', ', protocol, nullif(relevance, 'none'), metric || coalesce('@' || k, ''))
        as question,
    if(model = 'ranker_debiased', 'ranker', model) as model,
    arg_max(value, model) as value,
    arg_max(ci_low, model) as ci_low,
    arg_max(ci_high, model) as ci_high
from ml.metrics
where
    run_id in (from run)
    and model in ('ranker', 'ranker_debiased', 'two_stage')
    and (
        (metric = 'ndcg' and k = 10
        and protocol in ('dense', 'holdout', 'dense_end_to_end', 'end_to_end'))
        or (metric = 'mae' and protocol in ('dense', 'holdout'))
    )
group by 1, 2
order by 1, 2
"""
DATA_OF_RUN = """
select data_source, row_counts from ml.runs where preset = $preset order by started_at desc limit 1
"""


def compare_quality(ours: Path, theirs: Path) -> list[dict]:
    """Metrics that both presets have; empty where a run is missing.

    Parameters
    ----------
    ours, theirs : Path
        Databases with a run of preset default, and of preset reference, on the same data.

    Raises
    ------
    UserError
        If the two were built from different data.
    """
    mine, other = _metrics(ours, "default"), _metrics(theirs, "reference")
    if mine and other:
        _refuse_other_data(ours, theirs)
    rows = []
    for (question, model), values in mine.items():
        if (question, model) in other:
            row = {"question": question, "model": model}
            for which, found in (("ours", values), ("theirs", other[question, model])):
                row |= dict(zip((which, f"{which}_low", f"{which}_high"), found, strict=True))
            rows.append(row)
    return rows


def _refuse_other_data(ours: Path, theirs: Path) -> None:
    sources = []
    for database, preset in ((ours, "default"), (theirs, "reference")):
        with duckdb.connect(str(database), read_only=True) as con:
            sources.append(con.execute(DATA_OF_RUN, {"preset": preset}).fetchone())
    if sources[0] != sources[1]:
        raise UserError(
            f"{theirs} holds a run on other data: {sources[1][0]}, not {sources[0][0]}.",
            "Name a database of the same scale and seed with --reference-db.",
        )


def _metrics(database: Path, preset: str) -> dict[tuple[str, str], tuple]:
    with duckdb.connect(str(database), read_only=True) as con:
        try:
            found = con.execute(RUN_METRICS, {"preset": preset}).fetchall()
        except duckdb.CatalogException:
            return {}
    return {row[:2]: row[2:] for row in found}

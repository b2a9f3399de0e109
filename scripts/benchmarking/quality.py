"""What the default preset is worth beside the reference preset, from their published runs."""

from __future__ import annotations

from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.publication import published_runs

# The reference preset has no long-view head: its predictions without the part that the length
# explains are the better answer to that question, so they stand for it.
RUN_METRICS = """
select
    concat_ws(', ', protocol, nullif(relevance, 'none'), metric || coalesce('@' || k, ''))
        as question,
    if(model = 'ranker_debiased', 'ranker', model) as model,
    arg_max(value, model) as value,
    arg_max(ci_low, model) as ci_low,
    arg_max(ci_high, model) as ci_high
from ml.metrics
where
    run_id = $run_id
    and model in ('ranker', 'ranker_debiased', 'two_stage')
    and (
        (metric = 'ndcg' and k = 10
        and protocol in ('dense', 'holdout', 'dense_end_to_end', 'end_to_end'))
        or (metric = 'mae' and protocol in ('dense', 'holdout'))
    )
group by 1, 2
order by 1, 2
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
            run = published_runs(con, preset)[0]
            sources.append((run["data_source"], run["row_counts"]))
    if sources[0] != sources[1]:
        raise UserError(
            f"{theirs} holds a run on other data: {sources[1][0]}, not {sources[0][0]}.",
            "Name a database of the same scale and seed with --reference-db.",
        )


def _metrics(database: Path, preset: str) -> dict[tuple[str, str], tuple]:
    """Metrics of the last published run of a preset; none where there is no such run."""
    with duckdb.connect(str(database), read_only=True) as con:
        runs = published_runs(con, preset)
        if not runs:
            return {}
        found = con.execute(RUN_METRICS, {"run_id": runs[0]["run_id"]}).fetchall()
    return {row[:2]: row[2:] for row in found}

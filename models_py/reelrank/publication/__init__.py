"""Everything that a run found, written to schema ml in one transaction."""

from reelrank.publication.copying import copy_run
from reelrank.publication.latest import find_run, judged_models, published_runs
from reelrank.publication.publishing import (
    Keep,
    RunRecord,
    free_name,
    new_run_id,
    prepare_results,
    publish,
    write_table,
)

__all__ = [
    "Keep",
    "RunRecord",
    "copy_run",
    "find_run",
    "free_name",
    "judged_models",
    "new_run_id",
    "prepare_results",
    "publish",
    "published_runs",
    "write_table",
]

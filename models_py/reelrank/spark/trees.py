"""Trees of more rows than one machine holds: LightGBM in tasks that run side by side."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
from pyspark import BarrierTaskContext
from pyspark.sql import DataFrame

from reelrank.presets import RankerSettings
from reelrank.ranker import Feature, fit_heads
from reelrank.ranker.rows import training_rows_of
from reelrank.ranker.sizing import settings_of_size
from reelrank.spark.rows import ORDER

TIMEOUT_MINUTES = 120  # of one worker for the others


def fit_side_by_side(
    rows: DataFrame,
    features: list[Feature],
    settings: RankerSettings,
    rounds: dict[str, int],
    row_count: int,
    *,
    seed: int,
    workers: int,
) -> dict[str, str]:
    """Fit every head for its `rounds` on all rows; gives its trees as text, by head.

    The rounds are fixed beforehand, as each worker could stop only by its own rows. With one
    worker the trees are those of a local fit.
    """
    sized = replace(
        settings_of_size(settings, row_count), follow_log_size=False, early_stopping_rounds=0
    )

    def fit(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context = BarrierTaskContext.get()
        mine = training_rows_of(pa.Table.from_batches(batches), features)
        texts = {}
        for name, count in rounds.items():
            one_head = replace(sized, heads=(name,), max_rounds=count)
            machines = _machines(context)
            fitted = fit_heads(mine, features, one_head, seed=seed, threads=1, workers=machines)
            texts[name] = fitted[0].text()
        if context.partitionId() == 0:
            yield pa.RecordBatch.from_pydict({"head": list(texts), "trees": list(texts.values())})

    # a barrier stage must begin with a shuffle: it takes no coalesced partitions
    ordered = rows.repartitionByRange(workers, *ORDER).sortWithinPartitions(*ORDER)
    found = ordered.mapInArrow(fit, "head string, trees string", barrier=True).collect()
    return {row.head: row.trees for row in found}


def _machines(context: BarrierTaskContext) -> dict[str, object]:
    """Parameters of LightGBM for one of several workers; none where it is alone.

    Each fit has ports of its own, since those of the last one are not free at once.
    """
    with socket.socket() as held:  # a port that is free now
        held.bind(("", 0))
        host = context.getTaskInfos()[context.partitionId()].address.split(":")[0]
        port = held.getsockname()[1]
        others = context.allGather(f"{host}:{port}")
    if len(others) == 1:
        return {}
    return {
        "tree_learner": "data",
        "pre_partition": True,
        "machines": ",".join(others),
        "num_machines": len(others),
        "local_listen_port": port,
        "time_out": TIMEOUT_MINUTES,
    }

"""Judge users' lists; average over days, with intervals, and paired against training every day."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from reelrank.evaluation import bootstrap
from reelrank.evaluation.ranking import ndcg_of_bits

DAILY = "daily"


def judge(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Give schedule, relevance, user_id and ndcg of the lists in `day_lists`."""
    found = con.execute(Path(__file__).with_name("judge.sql").read_text("utf-8")).to_arrow_table()
    counts, bits = found["relevant_count"].to_numpy(), found["hit_bits"].to_numpy()
    kept = found.select(["schedule", "relevance", "user_id"])
    return kept.append_column("ndcg", pa.array(ndcg_of_bits(bits, counts, 10)))


def summarise(values: pa.Table, seed: int, resamples: int) -> list[dict]:
    """Give each schedule's nDCG@10 of each day, and of all days together.

    Parameters
    ----------
    values : pyarrow.Table
        judged_on, schedule, relevance, user_id, ndcg; every schedule has every user of a day.

    Returns
    -------
    list of dict
        relevance, judged_on (None: all days), schedule, value, ci_low, ci_high, user_count, and
        cost, cost_low, cost_high: what training every day has more. Users are resampled, with
        all their days.
    """
    columns = {name: values[name].to_numpy(zero_copy_only=False) for name in values.column_names}
    schedules = sorted(set(columns["schedule"]))
    rows = []
    for relevance in sorted(set(columns["relevance"])):
        of_relevance = columns["relevance"] == relevance
        for day in [*sorted(set(columns["judged_on"])), None]:
            kept = of_relevance & (True if day is None else columns["judged_on"] == day)
            if kept.any():
                mine = {name: column[kept] for name, column in columns.items()}
                facts = {"relevance": relevance, "judged_on": day}
                rows += [facts | row for row in _averages(mine, schedules, seed, resamples)]
    return rows


def _averages(
    columns: dict[str, np.ndarray], schedules: list[str], seed: int, resamples: int
) -> list[dict]:
    users, of_user = np.unique(columns["user_id"], return_inverse=True)
    of_schedule = np.searchsorted(schedules, columns["schedule"])
    sums, counts = np.zeros((2, len(users), len(schedules)))
    np.add.at(sums, (of_user, of_schedule), columns["ndcg"])
    np.add.at(counts, (of_user, of_schedule), 1)
    weights = bootstrap.user_weights(len(users), resamples, seed)
    value, replicates = bootstrap.ratios(sums, counts, weights)
    found = bootstrap.estimates(value, replicates)
    daily = [schedules.index(DAILY)]
    cost = bootstrap.estimates(value[daily] - value, replicates[:, daily] - replicates)
    return [
        {
            "schedule": name,
            "value": float(found.value[n]),
            "ci_low": float(found.low[n]),
            "ci_high": float(found.high[n]),
            "user_count": len(users),
            "cost": float(cost.value[n]),
            "cost_low": float(cost.low[n]),
            "cost_high": float(cost.high[n]),
        }
        for n, name in enumerate(schedules)
    ]

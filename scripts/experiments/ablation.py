"""How much each group of features adds: the ranker without it, and with only it.

Reads a database that `dbt run` built, fits both heads of the default preset on the same sample
of train with a fixed number of rounds, and judges every variant on the same users: dense ones of
the tune half on all dense videos, and others on what they watched in the holdout. The table goes to
docs/ablation.md, every figure with a 95 % interval of the paired difference.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from reelrank.errors import UserError
from reelrank.evaluation.ranking import ndcg_of_rows
from reelrank.evaluation.split import IS_TEST
from reelrank.presets import Preset, read_preset
from reelrank.progress import say
from reelrank.ranker import (
    Feature,
    TrainingRows,
    fit_heads,
    predict,
    read_features,
    stream_rows,
    with_features,
)
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from shared import CAVEAT, embedded_job, interval, parser_of, training_rows

ROOT = Path(__file__).resolve().parents[2]

PROTOCOLS = ("dense", "holdout")
ALWAYS = {"video_length", "context"}  # known with certainty at ranking time, in every variant
EXAMPLES = """examples:
  python scripts/experiments/ablation.py
  python scripts/experiments/ablation.py --db full.duckdb --rows 1000000 --users 400
"""


@dataclass(frozen=True)
class Variant:
    """A subset of the features, by name, in catalog order."""

    name: str
    features: tuple[str, ...]
    has_trees: bool = True


@dataclass(frozen=True)
class Result:
    """What a variant reached: per protocol float64 (n_users,), by user."""

    variant: Variant
    seconds: float
    ndcg_long_view: dict[str, np.ndarray]
    absolute_error: dict[str, np.ndarray]


def judge_all(con: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> list[Result]:
    """Fit and judge every variant on the same rows."""
    preset = fixed_rounds(read_preset("default"), options.rounds)
    features = read_features(con, "extended")  # has all of the default set
    wanted = chosen_variants(list(variants(con, features)), options.only)
    job = embedded_job(con, preset, features, options.seed, options.threads)
    rows = training_rows(job, "extended", options.rows, options.seed)
    users = {"dense": options.users, "holdout": options.holdout_users}
    sample_users(con, users, options.seed)
    sampled = with_features(con, "ablation_moments", "extended", features)
    judged = {
        protocol: list(stream_rows(con, sampled, job.blocks.after_train, dataset=protocol))
        for protocol in PROTOCOLS
    }
    results = []
    for variant in wanted:
        results.append(judge(variant, rows, judged, features, preset, options))
        reached = results[-1].ndcg_long_view
        say(f"  {variant.name}: {', '.join(f'{reached[p].mean():.4f} {p}' for p in PROTOCOLS)}")
    return results


def fixed_rounds(preset: Preset, rounds: int) -> Preset:
    """Take early stopping out, so that variants differ only in their features."""
    ranker = replace(preset.ranker, max_rounds=rounds, early_stopping_rounds=0)
    return replace(preset, ranker=ranker)


def sample_users(con: duckdb.DuckDBPyConnection, users: dict[str, int], seed: int) -> None:
    """Make ablation_moments: those of so many users of each protocol, drawn by a hash."""
    con.execute(
        """
        create temp table ablation_moments as
        select ranker_moments.*
        from training.ranker_moments
        where (dataset, user_id) in (
            with users as (
                select distinct 'dense' as dataset, user_id from training.dense_interactions
                where not {is_test}
                union all
                select distinct 'holdout' as dataset, user_id
                from training.interactions where split = 'holdout'
            )
            select (dataset, user_id) from users
            qualify row_number() over (partition by dataset order by hash(user_id + {seed}))
            <= if(dataset = 'dense', {dense}, {holdout})
        )
        """.format(seed=seed, is_test=IS_TEST, **users)
    )


def variants(con: duckdb.DuckDBPyConnection, features: list[Feature]) -> Iterator[Variant]:
    """Yield the sets; the default set without each group, each alone, and with what it lacks."""
    catalog = con.execute(
        "select feature_name, feature_group, feature_sets from training.feature_catalog"
    ).fetchall()
    groups = {name: group for name, group, _ in catalog}
    default = {name for name, _, sets in catalog if "default" in sets}
    ordered = [feature.name for feature in features]
    kept = tuple(name for name in ordered if name in default)
    yield Variant("default", kept)
    yield Variant("no trees", kept, has_trees=False)  # what the heads start from, by itself
    yield Variant("extended", tuple(ordered))
    names = sorted({groups[name] for name in kept} - ALWAYS)
    for group in names:
        yield Variant(f"without {group}", tuple(n for n in kept if groups[n] != group))
    for group in names:
        allowed = ALWAYS | {group}
        yield Variant(f"only {group}", tuple(n for n in kept if groups[n] in allowed))
    yield Variant("only length and time", tuple(n for n in kept if groups[n] in ALWAYS))
    for group in sorted({groups[name] for name in ordered} - set(names) - ALWAYS):
        added = default | {name for name in ordered if groups[name] == group}
        yield Variant(f"with {group}", tuple(name for name in ordered if name in added))


def chosen_variants(known: list[Variant], only: list[str] | None) -> list[Variant]:
    """Keep the default set and what `only` names; all where it names nothing.

    Raises
    ------
    UserError
        If there is no variant of a name.
    """
    if not only:
        return known
    names = [variant.name for variant in known]
    if unknown := sorted(set(only) - set(names)):
        raise UserError(
            f"--only: no variant {', '.join(unknown)}.", f"There are: {', '.join(names)}."
        )
    return [variant for variant in known if variant.name in ("default", *only)]


def judge(
    variant: Variant,
    rows: TrainingRows,
    judged: dict[str, list[pa.RecordBatch]],
    features: list[Feature],
    preset: Preset,
    options: argparse.Namespace,
) -> Result:
    """Fit the heads on the variant's columns, rank the rows of the sampled users."""
    chosen = [feature for feature in features if feature.name in set(variant.features)]
    names = [feature.name for feature in chosen]
    starts = rows.starts if any(feature.is_embedding for feature in chosen) else {}
    started = time.perf_counter()
    heads = fit_heads(
        replace(rows, features=rows.features.select(names), starts=starts), chosen, preset.ranker,
        seed=options.seed, threads=options.threads,
    )  # fmt: skip
    if not variant.has_trees:
        heads = [replace(head, round_count=0) for head in heads]
    seconds = time.perf_counter() - started
    ndcg, errors = {}, {}
    for protocol, batches in judged.items():
        found = predict(heads, chosen, iter(batches), options.threads)
        _, user = np.unique(found.column("user_id").to_numpy(), return_inverse=True)
        is_long = found.column("is_long_view").to_numpy(zero_copy_only=False)
        scores = found.column("score_long_view").to_numpy()
        ndcg[protocol] = np.nan_to_num(ndcg_of_rows(user, scores, is_long, 10))
        predicted, seen = found.column("predicted_watch_ratio"), found.column("watch_ratio")
        error = np.abs(predicted.to_numpy() - seen.to_numpy())
        errors[protocol] = np.bincount(user, weights=error) / np.bincount(user)
    return Result(variant, seconds, ndcg, errors)


def table(results: list[Result], source: str, options: argparse.Namespace) -> str:
    """Write the results as markdown, differences against the default set."""
    base = results[0]
    counts = [f"{len(base.ndcg_long_view[p]):,} {p} users" for p in PROTOCOLS]
    lines = [
        "# How much each group of features adds",
        "",
        f"On {source}: {options.rows:,} training rows at most, {' and '.join(counts)}, "
        f"{options.rounds} rounds per head, seed {options.seed}. Differences are paired "
        "by user against the default set, with 95 % bootstrap intervals; a higher nDCG@10 on "
        "long views is better, and a lower mean absolute error (MAE). Heads start from play time "
        "where a variant has embeddings, and every variant keeps its trees. A training run leaves "
        "them out where they do not help on the last days of train (row *no trees*). Command: "
        f"`python scripts/experiments/ablation.py --rows {options.rows} --users {options.users} "
        f"--holdout-users {options.holdout_users} --rounds {options.rounds}`.",
        "",
        CAVEAT,
        "",
        "| variant | features | fit, s | dense nDCG@10 | difference | holdout nDCG@10 | difference "
        "| dense MAE | difference | holdout MAE | difference |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        cells = []
        for name in ("ndcg_long_view", "absolute_error"):
            for protocol in PROTOCOLS:
                values = getattr(result, name)[protocol]
                change = values - getattr(base, name)[protocol]
                low, high = interval(change, options.seed)
                shown = f"{change.mean():+.4f} ({low:+.4f}, {high:+.4f})"
                cells += [f"{values.mean():.4f}", "" if result is base else shown]
        lines.append(
            f"| {result.variant.name} | {len(result.variant.features)} | {result.seconds:.0f} "
            f"| {' | '.join(cells)} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the command line."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to compare")
    for name, default, help_text in (
        ("--rows", 500_000, "training rows"),
        ("--users", 300, "dense users"),
        ("--holdout-users", 1_000, "holdout users"),
        ("--rounds", 100, "rounds per head"),
    ):
        what.add_argument(
            name, type=int, default=default, metavar="N", help=f"{help_text} (default: {default})"
        )
    what.add_argument(
        "--only", nargs="+", metavar="VARIANT",
        help="the default set and these, such as 'without pair' (default: all)",
    )  # fmt: skip
    what.add_argument(
        "--out", type=Path, default=ROOT / "docs/ablation.md", metavar="FILE",
        help="where the table goes (default: docs/ablation.md)",
    )  # fmt: skip
    options = parser.parse_args()
    with open_for_reading(options.db, options.threads, "3GB") as con:
        check_ready(con)
        text = table(judge_all(con, options), read_source(con).label, options)
    print(text)
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    run_script(main)

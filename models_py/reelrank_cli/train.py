"""Train both stages, judge them, and publish everything into schema ml of the database.

Reads what `dbt run` built; reelrank train --help lists the options.
"""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import duckdb
from reelrank import training
from reelrank.evaluation.judging import evaluate
from reelrank.evaluation.next_list import NextList, next_list
from reelrank.extensions import registered_versions
from reelrank.presets import Preset, read_preset
from reelrank.progress import say
from reelrank.publication import Keep, RunRecord, free_name, new_run_id, publish
from reelrank.ranker import Feature, read_features
from reelrank.spark.extra import need_extra
from reelrank.stages import Stages
from reelrank.warehouse.checks import (
    Source,
    check_ready,
    check_unchanged,
    read_source,
    warnings_about_log,
)
from reelrank.warehouse.connection import (
    check_writable,
    open_for_reading,
    reopen_for_writing,
)
from reelrank.warehouse.versions import software_versions
from simulated_kuairec.truth import find_truth

from reelrank_cli.headline import headline_rows, headline_text, plan_text
from reelrank_cli.lake import check_lake_unchanged, lake_built_at, read_lake
from reelrank_cli.train_options import read_options

WHEN_STOPPED = "nothing was published, earlier results are intact"


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    run(read_options(arguments))


def run(options: argparse.Namespace) -> None:
    """Connect, check, train, judge, publish, report."""
    preset = read_preset(options.preset)
    engine = engine_of(options, preset)
    built_at = read_lake(options.lake, options.db, options.users) if options.lake else None
    with open_for_reading(options.db, options.threads, options.memory_limit) as con:
        source = check(con, options)
        features = features_of(con, preset)
        if options.dry_run:
            print(plan_text(preset, source, features, options))
            return
        started_at = datetime.now(UTC).replace(tzinfo=None)
        run_id = new_run_id(con, started_at, preset.name)
        stages = Stages()
        job = training.start_job(con, preset, features, options.seed, options.threads)
        train(job, source, stages, engine or training)
        with stages.stage("Judging"):
            judge(job, source, run_id, options.resamples)
        if engine:
            with stages.stage("Lists of everybody"):
                engine.publish(job, run_id)
        rows = headline_rows(con)
        with stages.stage("Publishing"):
            reopen_for_writing(con, options.db, options.lock_timeout)
            check_ready(con)
            check_unchanged(con, source)
            if options.lake:
                check_lake_unchanged(options.lake, built_at)
            # named and dated when it is alone with the file: the latest run is the last published
            record = describe_run(free_name(con, run_id), started_at, job, source, stages)
            keep = Keep(options.keep_runs, options.keep_records)
            publish(con, record, preset.candidates.source, keep)
        answer = next_list(con, record.run_id)
    report(options, source, record, rows, answer, stages)


def check(con: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> Source:
    """Refuse a database that cannot be trained on or written to; say what its data are."""
    check_ready(con)
    for words in warnings_about_log(con):
        say(f"warning: {words}")
    check_writable(options.db)
    return read_source(con)


def features_of(con: duckdb.DuckDBPyConnection, preset: Preset) -> list[Feature]:
    """Read the features of a preset; without embeddings, nothing makes those of vectors."""
    features = read_features(con, preset.ranker.feature_set)
    return [feature for feature in features if preset.embeddings or not feature.is_embedding]


def engine_of(options: argparse.Namespace, preset: Preset) -> Any | None:
    """Open the cluster that learns, if one is asked for; else None."""
    if options.engine == "local":
        return None
    need_extra()
    lake_built_at(options.lake)  # refuses what is none
    from reelrank.spark.engine import open_engine

    return open_engine(options.lake.resolve(), preset, options.workers)


def train(job: training.Job, source: Source, stages: Stages, fits: Any = training) -> None:
    """Fit both stages and apply them; every result is a temp table run_*.

    `fits` has the steps that learn: this machine's, or those of a cluster.
    """
    with stages.stage("Reading the train log"):
        log = training.read_train_log(job.con)
    with stages.stage("Fitting candidates"):
        factors = fits.fit_stage_one(job, log)
    with stages.stage("Fitting embeddings"):
        training.fit_embeddings(job, log, factors)
    with stages.stage("Proposing candidates"):
        training.propose_candidates(job, log, factors, training.read_boundary(job, log))
        training.propose_dense_by_taste(job)
    with stages.stage("Fitting the ranker"):
        heads, others = fits.fit_ranker(job)
    with stages.stage("Predicting"):
        training.predict_protocols(job, heads, others, source.row_counts)
    with stages.stage("Fitting the list ranker"):
        list_heads = training.fit_lists(job)
    with stages.stage("Recommending"):
        training.recommend(job, heads, list_heads, others, len(log.user_ids))
    with stages.stage("Explaining"):
        training.explain(job, heads, list_heads, len(log.user_ids))


def judge(job: training.Job, source: Source, run_id: str, resamples: int) -> None:
    """Evaluate what was predicted and recommended; on simulated data also by the truth."""
    evaluate(
        job.con,
        run_id,
        seed=job.seed,
        resamples=resamples,
        stage_one=job.preset.dense_source,
        truth=find_truth(source.data_dir) if source.is_simulated else None,
    )


def describe_run(
    run_id: str, started_at: datetime, job: training.Job, source: Source, stages: Stages
) -> RunRecord:
    """Make the row of ml.runs, with what validation inside train chose."""
    return RunRecord(
        run_id=run_id,
        preset=job.preset.name,
        started_at=started_at,
        finished_at=datetime.now(UTC).replace(tzinfo=None),
        data_source=source.label,
        is_simulated=source.is_simulated,
        data_dir=source.data_dir,
        seed=job.seed,
        parameters=asdict(job.preset) | {"chosen": training.chosen(job.con)},
        row_counts=source.row_counts,
        durations=dict(stages.seconds),
        versions=software_versions(job.threads) | registered_versions(),
    )


def report(
    options: argparse.Namespace,
    source: Source,
    record: RunRecord,
    rows: list[dict],
    answer: NextList,
    stages: Stages,
) -> None:
    """Print the headline results, as text or JSON."""
    if options.json:
        result = {
            "run_id": record.run_id,
            "data_source": source.label,
            "is_simulated": source.is_simulated,
            "seconds": stages.seconds,
            "finding": answer.finding,
            "what_next": answer.rows,
            "results": rows,
        }
        print(json.dumps(result, indent=2))
        return
    print(headline_text(answer, source, record.run_id, options.db, sum(stages.seconds.values())))

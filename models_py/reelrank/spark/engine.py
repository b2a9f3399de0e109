"""The steps of a training that run on the cluster, in place of those of reelrank.training."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pyspark.sql import DataFrame, SparkSession

from reelrank import training
from reelrank.candidates import TrainLog, read_popularity
from reelrank.candidates.als import Factors
from reelrank.costs import keep_cost, measured
from reelrank.errors import UserError
from reelrank.presets import Preset
from reelrank.progress import progress
from reelrank.ranker import FittedHead, fit_heads
from reelrank.recommendations import EVERYONE, RegisteredRankers
from reelrank.spark import als, candidates, rows, scoring, trees
from reelrank.spark.session import features_sql
from reelrank.training import Job
from reelrank.warehouse.sql import read_sql


@dataclass
class Engine:
    """A lake and its session; what is fitted stays until it is published.

    `workers` tasks fit the trees on all rows of train; with none they are fitted here, on the
    `max_train_rows` of the preset.
    """

    spark: SparkSession
    query: str
    workers: int
    _fitted: dict[str, object] = field(default_factory=dict)

    def fit_stage_one(self, job: Job, log: TrainLog) -> Factors:
        """Fit ALS on everybody; make run_user_factors and run_video_factors of the log's.

        Here by implicit where the log that was read has everybody, else by MLlib.
        """
        if als.has_everybody(self.spark, log):
            factors = training.fit_stage_one(job, log)
            users = als.users_of(self.spark, log, factors)
        else:
            with measured() as cost:
                users, videos = als.fit_factors(self.spark, job.preset.candidates.als, job.seed)
                factors = als.factors_of(log, users, videos)
            keep_cost(job.con, "als", cost, factors.users.nbytes + factors.videos.nbytes)
            training.keep_factors(job, log, factors)
        popularity = read_popularity(job.con, log)[job.preset.candidates.fallback]
        self._fitted |= {
            "users": users,
            "shelf": candidates.Shelf(
                log.video_ids,
                factors.videos,
                factors.knows_video,
                job.preset.candidates.fallback,
                np.argsort(-popularity, kind="stable"),
                job.preset.candidates.count,
            ),
        }
        return factors

    def fit_ranker(self, job: Job) -> tuple[list[FittedHead], RegisteredRankers]:
        """Fit the heads on rows that the cluster draws and joins; make run_models."""
        settings, features = job.preset.ranker, job.features
        drawn = rows.draw(self.spark, settings.max_train_rows, job.seed)
        found = rows.collect(self._with_features(drawn, job, rows.LABELS), features)
        with progress("ranker", settings.most_rounds, "rounds") as update, measured() as cost:
            heads = fit_heads(
                found, features, settings, seed=job.seed, threads=job.threads, on_round=update
            )
            if self.workers:
                heads = self._fit_side_by_side(job, heads)
        training.keep_heads(job, heads)
        keep_cost(job.con, "ranker", cost, sum(len(fitted.text()) for fitted in heads))
        self._fitted["heads"] = heads
        block = job.blocks.after_train
        return heads, RegisteredRankers({}, settings.feature_set, features, block)

    def _fit_side_by_side(self, job: Job, heads: list[FittedHead]) -> list[FittedHead]:
        everything = self.spark.sql("select * from training.ranker_moments where dataset = 'train'")
        rounds = {fitted.head.name: fitted.round_count for fitted in heads}
        texts = trees.fit_side_by_side(
            self._with_features(everything, job, rows.LABELS),
            job.features,
            job.preset.ranker,
            rounds,
            everything.count(),
            seed=job.seed,
            workers=self.workers,
        )
        return scoring.heads_of([(name, texts[name], count) for name, count in rounds.items()])

    def _with_features(
        self, moments: DataFrame, job: Job, extra: tuple[str, ...] = ()
    ) -> DataFrame:
        return rows.with_features(self.spark, moments, self.query, job.features, extra)

    def publish(self, job: Job, run_id: str) -> None:
        """Write everybody's candidates and lists into schema ml of the lake; the run comes last."""
        self.spark.sql("create schema if not exists ml")
        self.vectors_of_users().createOrReplaceTempView("user_factors")
        users = self.spark.sql(read_sql("spark/users.sql"))
        shelf = self._fitted["shelf"]
        self._append("candidates", candidates.propose_to_everybody(users, shelf), run_id)
        candidates_of_run = self.spark.table("ml.candidates").where(f"run_id = '{run_id}'")
        candidates_of_run.createOrReplaceTempView("scored_pairs")
        first, last = EVERYONE
        wanted = self._ask("recommendations/wanted_pairs", first_user=first, last_user=last)
        scored = scoring.score(self._with_features(wanted, job), self._heads(), job.features)
        scored.createOrReplaceTempView("scored")
        count = job.preset.recommendations.count
        lists = self._ask("spark/recommendations", run_id=run_id, count=count)
        self._append("recommendations", lists, run_id)
        self._append("user_factors", self.vectors_of_users(), run_id)
        self._append("runs", self.spark.sql("select now() as finished_at"), run_id)

    def vectors_of_users(self) -> DataFrame:
        """Give (id, features) of the users that ALS knows."""
        return self._fitted["users"]

    def _heads(self) -> list[FittedHead]:
        return self._fitted["heads"]

    def _ask(self, name: str, **values: object) -> DataFrame:
        return self.spark.sql(read_sql(f"{name}.sql").replace("$", ":"), values)

    def _append(self, table: str, found: DataFrame, run_id: str) -> None:
        """Add the rows of a run; each run is a folder of its own.

        The table is declared first, so that a run that is killed leaves no folder that the catalog
        does not know, which would be in the way of the next.
        """
        named = found.selectExpr("*", f"'{run_id}' as run_id")
        columns = ", ".join(f"{column.name} {column.dataType.simpleString()}"
                            for column in named.schema)  # fmt: skip
        self.spark.sql(
            f"create table if not exists ml.{table} ({columns}) using parquet"
            " partitioned by (run_id)"
        )
        named.write.insertInto(f"ml.{table}")


def open_engine(lake: Path, preset: Preset, workers: int) -> Engine:
    """Open the lake; the preset must be one that a cluster can learn.

    Raises
    ------
    UserError
        If it has vectors in time blocks, a list ranker, networks or other candidates than those
        of ALS, or Spark is missing.
    """
    is_als = preset.candidates.source == "als" and preset.candidates.exclude_watched
    if preset.embeddings or preset.lists or preset.needs_networks or not is_als:
        raise UserError(
            f"Preset {preset.name} is learned on one machine.",
            "On Spark: --preset spark; or --lake DIR without --engine, which learns here.",
        )
    return Engine(*features_sql(lake, preset.ranker.feature_set), workers)

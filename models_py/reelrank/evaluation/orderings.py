"""Which models are judged, and what each one orders its lists by."""

from dataclasses import dataclass

from reelrank.presets.allowed import sources

ABOVE_ONE = "watch_ratio_above_1"
LONG_VIEW = "long_view"
BOTH = (ABOVE_ONE, LONG_VIEW)

ROW_PROTOCOLS = ("dense", "holdout", "holdout_with_repeats")
CUTOFFS = (5, 10, 20, 50, 100, 250)
DEPTH = CUTOFFS[-1]
CANDIDATE_CUTOFFS = (50, 100, 250, 500)


@dataclass(frozen=True)
class Ordering:
    """One way to order lists, and the relevances that it answers.

    Attributes
    ----------
    model : str
        Name in ml.metrics.
    score : str
        SQL expression, higher comes first, null last, over the columns of `source`.
    relevances : tuple of str
        A model with an order of its own for each relevance has two orderings.
    source : str
        What is scored. `judge_videos`: videos, so the model is judged in every protocol.
        `judge_rows`: the pairs that were judged, in the protocols of `ROW_PROTOCOLS`.
        `judge_lists`: the scored candidates, run_lists, in `end_to_end`.
    joins : str
        SQL joins that bring further columns to `judge_rows`, where they are needed.
    """

    model: str
    score: str
    relevances: tuple[str, ...] = BOTH
    source: str = "judge_rows"
    joins: str = ""


def one_per_relevance(model: str, score: str, source: str) -> tuple[Ordering, Ordering]:
    """Orderings of a model that has a score for each relevance, `{}` being its short name."""
    return (
        Ordering(model, score.format("watch_ratio"), (ABOVE_ONE,), source),
        Ordering(model, score.format("long_view"), (LONG_VIEW,), source),
    )


def _rule(model: str, score: str) -> Ordering:
    return Ordering(model, score, source="judge_videos")


def _received(model: str, column: str) -> tuple[Ordering, Ordering]:
    """Order by how a video was received: `above_one_...` or `long_view_...` of cutoff_videos."""
    return (
        Ordering(model, f"above_one_{column}", (ABOVE_ONE,), "judge_videos"),
        Ordering(model, f"long_view_{column}", (LONG_VIEW,), "judge_videos"),
    )


# what anyone would try in a minute, as of the boundary: one definition for every protocol
RULES = (
    _rule("most_viewed", "view_count"),
    _rule("most_viewed_1d", "view_count_1d"),
    _rule("most_viewed_3d", "view_count_3d"),
    _rule("most_viewed_7d", "view_count_7d"),
    *_received("most_relevant", "count"),
    *_received("most_relevant_1d", "count_1d"),
    *_received("most_relevant_3d", "count_3d"),
    *_received("most_relevant_7d", "count_7d"),
    *_received("best_received", "share"),
    *_received("best_received_7d", "share_7d"),
    _rule("newest_first", "-coalesce(age_days, days_since_first_view)"),
    _rule("shortest_first", "-video_duration_ms"),
    _rule("median_per_video", "median_watch_ratio"),
)
# what a video usually gets, times what the user usually gives: two lines of SQL, hard to beat
VIDEO_X_USER = Ordering(
    "video_x_user",
    "videos.median_watch_ratio * exp(coalesce(residuals.residual, 0))",
    (ABOVE_ONE,),
    joins="inner join judge_videos as videos on rows.video_id = videos.video_id "
    "left join judge_user_residuals as residuals on rows.user_id = residuals.user_id",
)
ROW_ORDERINGS = (
    VIDEO_X_USER,
    *one_per_relevance("ranker", "score_{}", "judge_rows"),
    Ordering(
        "als",
        "array_inner_product(users.factors, videos.factors)",
        joins="left join judge_user_factors as users on rows.user_id = users.user_id "
        "left join judge_video_factors as videos on rows.video_id = videos.video_id",
    ),
    Ordering("random", "0"),
)
# for presets without a long-view head, so that they are not judged by a question they were not
# asked: the predicted watch_ratio against what a long view takes at this video length
DEBIASED = Ordering("ranker_debiased", "predicted_watch_ratio / threshold", (LONG_VIEW,))
LIST_ORDERINGS = one_per_relevance("two_stage", "score_{}", "judge_lists")

# points of the front between what the log then shows and what users would like: the parts of
# the list's order (docs/lists.md) with other weights of the chance
FRONT = tuple(
    Ordering(f"front_{w:g}", f"list_score + {w} * log_chance", (LONG_VIEW,), "judge_lists")
    for w in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
)

# who predicts the watch_ratio of a judged event
PREDICTORS = (
    Ordering("ranker", "predicted_watch_ratio"),
    VIDEO_X_USER,
    _rule("median_per_video", "median_watch_ratio"),
    Ordering(
        "global_median",
        "(select median(watch_ratio) from training.interactions where split = 'train')",
    ),
)


def model_names() -> set[str]:
    """Names of the models of every run."""
    orderings = (*ROW_ORDERINGS, DEBIASED, *LIST_ORDERINGS, *PREDICTORS)
    return {ordering.model for ordering in orderings} | NOT_LEARNED | set(sources()) | {
        "catalogue", "play_time", "ranker_over_everything"
    }  # fmt: skip


NOT_LEARNED = {ordering.model for ordering in (*RULES, *FRONT)} | {
    "random",
    "video_x_user",
    "global_median",
    "learnable_bound",
    "oracle",
    "oracle_alive",
}

"""The rule `video_x_user`, by hand."""

import duckdb
import pytest
from reelrank.evaluation.orderings import PREDICTORS, VIDEO_X_USER
from reelrank.warehouse.sql import read_sql


def test_the_videos_median_times_the_users_factor_shrunk_by_20_views():
    """User 1 watches twice as long as the median, in 2 views: 2^(2 / 22); user 2 is unknown."""
    con = duckdb.connect()
    con.execute("create schema training")
    con.execute(
        "create table training.interactions as from (values"
        " (1, 10, 2.0, 'train'), (1, 11, 1.0, 'train'), (1, 11, 9.0, 'holdout'))"
        " as log (user_id, video_id, watch_ratio, split)"
    )
    con.execute(
        "create temp table judge_videos as from (values (10, 1.0), (11, 0.5))"
        " as videos (video_id, median_watch_ratio)"
    )
    con.execute("create temp table judge_rows as select 1 as user_id, 10 as video_id"
                " union all select 2, 11")  # fmt: skip
    con.execute(read_sql("evaluation/sql/user_residuals.sql"))
    found = con.execute(
        f"select {VIDEO_X_USER.score} from judge_rows as rows {VIDEO_X_USER.joins}"
        " order by rows.rowid"
    ).fetchall()
    assert [score for (score,) in found] == pytest.approx([2 ** (2 / 22), 0.5])
    assert VIDEO_X_USER in PREDICTORS

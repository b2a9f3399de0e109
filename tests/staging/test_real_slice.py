"""The side tables of the real KuaiRec load whole; the matrices beside them are made up here."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from staging_loading import Loading
from staging_sources import DAYS, MATRIX, Source, day_line, log_line

REPO_ROOT = Path(__file__).resolve().parents[2]
SLICE = Path(
    os.environ.get("REELRANK_REAL_SLICE", REPO_ROOT.parent / "shared" / "kuairec_real_slice")
)
REAL_FILES = ("user_features", "item_categories", "kuairec_caption_category")

pytestmark = [
    pytest.mark.real_slice,
    pytest.mark.skipif(not SLICE.exists(), reason=f"no slice of the real KuaiRec in {SLICE}"),
]


@pytest.fixture(scope="module")
def loaded(loading: Loading) -> duckdb.DuckDBPyConnection:
    matrices = {
        "big_matrix": [MATRIX, log_line(0, 0, 0)],
        "small_matrix": [MATRIX, log_line(1, 1, 0)],
        "item_daily_features": [DAYS, day_line(0, "20200705")],
        "social_network": ["user_id,friend_list", "0,[1]"],
    }
    real = {name: (SLICE / f"{name}.csv").read_bytes() for name in REAL_FILES}
    return loading.load_well(Source(matrices, real))


def test_every_row_of_the_real_side_tables_is_kept(loaded: duckdb.DuckDBPyConnection) -> None:
    report = loaded.execute(
        "select file, rows_read, rows_kept, rows_duplicate, rows_rejected"
        " from staging.load_report where list_contains($files, file) order by file",
        {"files": list(REAL_FILES)},
    ).fetchall()
    assert report == [
        ("item_categories", 10728, 10728, 0, 0),
        ("kuairec_caption_category", 10728, 10728, 0, 0),
        ("user_features", 7176, 7176, 0, 0),
    ]


def test_the_four_captions_with_a_lone_carriage_return_stay_whole(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    content = (SLICE / "kuairec_caption_category.csv").read_bytes()
    broken = [line for line in content.split(b"\n") if b"\r" in line]
    assert len(broken) == 4
    for line in broken:
        video_id = int(line.split(b",")[0])
        caption, category = loaded.execute(
            "select caption, coalesce(first_level_category_name, 'UNKNOWN')"
            " from staging.stg_video_captions where video_id = ?",
            [video_id],
        ).fetchone()
        before, after = line.split(b"\r")
        assert caption.startswith(before.split(b",", 2)[2].decode().lstrip('"')[:10])
        assert after.decode().split(",")[0].strip('" ')[:10] in caption
        assert f",{category}," in after.decode()


def test_the_empty_cells_and_unknowns_are_those_that_the_facts_name(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    empty = loaded.execute(
        "select count(*) - count(onehot_feat4), count(*) - count(onehot_feat12),"
        " count(*) - count(onehot_feat17), count(*) - count(user_active_degree),"
        " count(*) - count(onehot_feat3), count(distinct user_id) from staging.stg_users"
    ).fetchone()
    assert empty == (201, 77, 74, 118, 0, 7176)
    tags = loaded.execute(
        "select len(tag_ids), count(*) from staging.stg_video_tags group by all order by all"
    ).fetchall()
    assert tags == [(1, 8970), (2, 1562), (3, 185), (4, 11)]
    (lowest,) = loaded.execute(
        "select min(least(first_level_category_id, second_level_category_id,"
        " third_level_category_id)) from staging.stg_video_captions"
    ).fetchone()
    assert lowest >= 0

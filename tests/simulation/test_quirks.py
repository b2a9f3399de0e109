"""The check of a source notices when a quirk of the real files is lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from simulated_kuairec.calibration.check import check

Cells = list[list[str]]


@pytest.fixture(scope="module")
def outside(tiny_source: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Figures outside their gap after one row of each quirk was written otherwise."""
    folder = tmp_path_factory.mktemp("quirks") / "changed"
    shutil.copytree(tiny_source, folder)
    rewrite(folder / "big_matrix.csv", spoil_log)
    rewrite(folder / "small_matrix.csv", spoil_dense)
    rewrite(folder / "user_features.csv", spoil_users)
    return {c.figure.name for c in check(folder) if c.judged and not c.inside}


def rewrite(path: Path, spoil: Callable[[Cells], None]) -> None:
    rows = [line.split(",") for line in path.read_text().splitlines()]
    spoil(rows)
    path.write_text("".join(",".join(row) + "\n" for row in rows))


def in_utc(time: str) -> str:
    return f"{time[:11]}{(int(time[11:13]) - 8) % 24:02}{time[13:]}"


def spoil_log(rows: Cells) -> None:
    rows[1][4] = in_utc(rows[1][4])
    rows[5][5] = "20200720"
    rows[6][7] = f"{float(rows[6][7]):.2f}"
    user = next(k for k in range(2, len(rows)) if rows[k][0] != rows[1][0])
    rows[1], rows[user] = rows[user], rows[1]


def spoil_dense(rows: Cells) -> None:
    rows[1][4] = in_utc(rows[1][4])
    rows[2][5] = rows[2][5].removesuffix(".0")
    unknown = [k for k in range(1, len(rows)) if not rows[k][4]]
    rows[unknown[0]], rows[unknown[0] - 1] = rows[unknown[0] - 1], rows[unknown[0]]
    rows[unknown[-1]][5] = "20200705.0"


def spoil_users(rows: Cells) -> None:
    rows[1][rows[0].index("is_live_streamer")] = ""


@pytest.mark.parametrize(
    "figure",
    [
        "log rows out of the order of user and time",
        "log times that are not the timestamp in Shanghai",
        "log dates outside the three windows",
        "log ratios that are not play over length",
        "dense rows out of order, unknown times last",
        "dense dates that are not written as floats",
        "dense times that are not the timestamp in Shanghai",
        "dense rows with a time and no date, or a date and no time",
        "user rows with other empty cells",
    ],
)
def test_a_lost_quirk_is_outside(outside: set[str], figure: str):
    assert figure in outside

"""Damaged files through the loading: no crash, no lost line, nothing executed.

Thousands more of them: python scripts/fuzz_loading.py.
"""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from forks import Forks
from fuzzing.checking import fault_of
from fuzzing.damage import DAMAGES, HOSTILE_TEXTS, damaged
from fuzzing.loading import FILES, Loading, lines_in
from hypothesis import HealthCheck, given, settings
from workbench import ROOT, clean_environment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loading(tiny_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Loading:
    return Loading(tiny_source, tmp_path_factory.mktemp("fuzz") / "it's a loading", run_dbt)


def run_dbt(arguments: list[str], places: dict[str, str]) -> None:
    ended = Forks("dbt", *arguments, cwd=ROOT, environment=clean_environment(**places)).completed()
    assert ended.returncode == 0, ended.stdout


def test_the_clean_files_lose_nothing(loading: Loading):
    for name, content in loading.clean.items():
        assert fault_of(loading, name, content) is None
        found = loading.account(name, content)
        assert (found.rejected, found.unreadable) == (0, 0)
        assert found.kept == found.lines > 0


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from(sorted(FILES)),
    damages=st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_damage_crashes_the_loading_loses_a_line_or_runs_anything(
    loading: Loading, name: str, damages: list, seed: int
):
    content = loading.clean[name]
    for position, damage in enumerate(damages):
        content = damaged(content, damage, seed + position)
    assert fault_of(loading, name, content) is None


@pytest.mark.parametrize("name", sorted(FILES))
def test_hostile_text_in_every_column_stays_text(loading: Loading, name: str):
    header, first, *rest = loading.clean[name].rstrip(b"\n").split(b"\n")
    columns = header.count(b",") + 1
    texts = [text for text in HOSTILE_TEXTS if "," not in text]
    lines = [
        b",".join([text.replace('"', "").encode()] * columns) for text in texts
    ]  # fmt: skip
    content = b"\n".join([header, first, *lines, *rest]) + b"\n"
    assert fault_of(loading, name, content) is None


@pytest.mark.parametrize("letter", [b"9", "快".encode()], ids=["ascii", "chinese"])
def test_a_line_of_ten_million_characters_is_set_aside(loading: Loading, letter: bytes):
    content = loading.clean["big_matrix"] + letter * 10_000_000 + b"\n"
    found = loading.account("big_matrix", content)
    assert found.rejected + found.unreadable == 1
    assert found.kept == found.in_staging == lines_in(loading.clean["big_matrix"])

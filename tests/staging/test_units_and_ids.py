"""Durations in any unit, ids of any kind, and the words with which programs write nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from macro_sql import values_of

FEW = settings(max_examples=20, deadline=None, derandomize=True)


@FEW
@given(st.lists(st.integers(0, 2_000_000_000), min_size=1, max_size=50))
def test_a_duration_is_the_same_in_each_unit(durations: list[int]) -> None:
    assert (
        values_of("duration_ms('t', 'milliseconds')", [f"{ms}.0" for ms in durations]) == durations
    )
    seconds = [f"{ms // 1000}.{ms % 1000:03}" for ms in durations]
    assert values_of("duration_ms('t', 'seconds')", seconds) == durations
    clock = [
        f"{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
        for ms in durations
    ]
    assert values_of("duration_ms('t', 'h:m:s')", clock) == durations


def test_minutes_and_seconds_are_a_duration_too() -> None:
    assert values_of("duration_ms('t', 'h:m:s')", ["1:05", "61:00.5", "1:00:00", "90"]) == [
        65_000,
        3_660_500,
        3_600_000,
        None,
    ]
    other = ["PT1M5.5S", "PT2H", "0 days 00:01:05.250000", "PT", "1 day 0:00:01"]
    assert values_of("duration_ms('t', 'h:m:s')", other) == [65_500, 7_200_000, 65_250, 0, None]
    seconds = ["12.3456", "3.2 s", "4sec", "-1", "1_0", "2 min", ""]
    assert values_of("duration_ms('t', 'seconds')", seconds) == [
        *(12_346, 3_200, 4_000, -1_000),
        *(None, None, None),
    ]
    assert values_of("duration_ms('t', 'microseconds')", ["3500", "1e6"]) == [4, 1_000]


NOT_NUMBERS = [
    "007",
    "-4",
    "5e1f",
    "68ca7dad-a4e7-596a-ad71-2459e296ae3e",
    "9223372036854775807",
    "3.5",
    "1e3",
    "0x1F",
    "clip-0022",
    "快手",
    "a, b",
]


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_plain_number_is_an_id_of_its_own(text: str) -> None:
    assert values_of("is_odd_id('t')", [text]) == [True]
    assert values_of("id_text('t')", [f" {text} ", f"\t{text}\u00a0"]) == [text, text]


@FEW
@given(st.lists(st.integers(0, 999_999_999), min_size=1, max_size=50))
def test_plain_numbers_are_their_own_keys_also_as_floats(numbers: list[int]) -> None:
    texts = [f"{number}.0" for number in numbers]
    assert values_of("is_odd_id('t')", texts) == [False] * len(numbers)
    assert values_of("whole_number('t')", texts) == numbers
    assert values_of("id_text('t')", texts) == [str(number) for number in numbers]


@FEW
@given(
    st.lists(
        st.text(min_size=1).filter(lambda text: text.strip() == text and "\x00" not in text),
        min_size=1,
        max_size=50,
    )
)
def test_any_text_is_an_id(texts: list[str]) -> None:
    kept = values_of("id_text('t')", texts)
    read = [(text, id_) for text, id_ in zip(texts, kept, strict=True) if id_ is not None]
    assert all(
        id_ == text.strip(" ") or text.strip(" ").startswith(id_ + ".") for text, id_ in read
    )


@pytest.mark.parametrize(
    "word",
    ["", " ", "NULL", "null", "None", "NaN", "nan", "N/A", "n/a", "\\N", "<NA>", "NaT", None],
)
def test_words_for_nothing_say_nothing(word: str | None) -> None:
    assert values_of("is_blank('t')", [word]) == [True]
    assert values_of("is_odd_id('t')", [word]) == [None]
    assert values_of("id_text('t')", [word]) == [None]
    assert values_of("clock_form('t')", [word]) == [None]

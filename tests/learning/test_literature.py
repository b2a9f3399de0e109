import numpy as np
import pytest
from reelrank.ranker.literature import find_groups

SHORT, LONG = 10_000.0, 60_000.0


def views(count: int = 1_000) -> tuple[np.ndarray, np.ndarray]:
    """As many views of short as of long videos, which last 1 to 1000 and 2 to 2000 ms."""
    steps = np.arange(1.0, count + 1)
    plays = np.concatenate([steps, 2 * steps])
    return plays, np.repeat([SHORT, LONG], count)


def test_views_are_grouped_by_the_length_of_their_videos():
    groups = find_groups(*views())
    assert list(groups.of(np.array([1.0, SHORT, 59_999.0, LONG, 1e6]))) == [0, 0, 0, 1, 1]
    assert groups.mean == pytest.approx([500.5, 1001.0])
    assert groups.spread == pytest.approx([288.675, 577.35], rel=1e-5)


def test_the_share_of_shorter_views_is_of_the_own_group_and_leads_back():
    groups = find_groups(*views())
    play, duration = np.array([500.0, 500.0, 1500.0]), np.array([SHORT, LONG, LONG])
    share = groups.share(play, duration)
    assert share == pytest.approx([0.5, 0.25, 0.75], abs=2e-3)
    assert groups.play_at(share, duration) == pytest.approx(play, rel=5e-3)


def test_equal_views_have_the_middle_share():
    groups = find_groups(np.full(100, 7.0), np.full(100, SHORT))
    assert groups.share(np.array([7.0, 6.0, 8.0]), np.full(3, SHORT)) == pytest.approx([0.5, 0, 1])

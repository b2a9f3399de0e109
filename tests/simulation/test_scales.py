import pytest
from reelrank.errors import UserError
from simulated_kuairec.parameters import RealCounts
from simulated_kuairec.scales import counts_of, factor_of

REAL = RealCounts()


def test_full_has_the_real_counts():
    counts = counts_of(1.0, REAL)
    assert (counts.users, counts.videos) == (7_176, 10_728)
    assert (counts.dense_users, counts.dense_videos) == (1_411, 3_327)
    assert counts.log_rows == 12_530_806
    assert counts.dense_rows == 4_676_570
    assert counts.log_pairs == 10_300_969


def test_x4_has_four_times_the_users_and_rows_and_the_same_videos():
    counts = counts_of(factor_of("x4"), REAL)
    assert counts.users == 4 * 7_176
    assert counts.log_rows == 4 * 12_530_806
    assert counts.videos == 10_728
    assert counts.dense_rows == 4 * 4_676_570


def test_a_quarter_of_the_rows_has_half_of_the_users_and_videos():
    counts = counts_of(factor_of("medium"), REAL)
    assert counts.users == 7_176 // 2
    assert counts.videos == 10_728 // 2
    assert counts.log_rows == round(12_530_806 / 4)


@pytest.mark.parametrize("factor", [0.0005, 0.0024, 0.04, 0.3, 1.0, 4.0])
def test_the_kinds_of_rows_sum_to_all_rows(factor):
    c = counts_of(factor, REAL)
    kinds = (c.log_pairs, c.log_rewatches, c.log_exact_copies, c.log_label_copies)
    assert sum(kinds) == c.log_rows
    assert min(kinds) > 0


@pytest.mark.parametrize("scale", ["huge", "", "0", "-1", "nan", "1000"])
def test_an_unknown_scale_is_refused_with_the_known_ones(scale):
    with pytest.raises(UserError, match="not a known scale") as caught:
        factor_of(scale)
    assert "tiny, small, medium, full, x4" in caught.value.remedy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from simulated_kuairec.seeds import apportion, even_normal, generator


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda w: sum(w) > 1e-3),
    st.integers(0, 10_000),
    st.integers(0, 2**32),
)
def test_shares_are_whole_sum_to_the_total_and_stay_within_one_of_fair(weights, total, seed):
    shares = apportion(np.array(weights), total, np.random.default_rng(seed))
    fair = np.array(weights) * total / sum(weights)
    assert shares.sum() == total
    assert (shares >= 0).all()
    assert (np.abs(shares - fair) <= 1 + 1e-6 * total).all()


def test_same_stream_and_chunk_give_the_same_numbers_and_others_do_not():
    first = generator(42, "log", 3).random(5)
    assert (first == generator(42, "log", 3).random(5)).all()
    for other in (generator(42, "log", 4), generator(42, "dense", 3), generator(43, "log", 3)):
        assert not (first == other.random(5)).any()


def test_even_normal_values_fill_the_quantiles_of_each_group():
    group = np.arange(1_000) % 4 == 0
    values = even_normal(group, np.random.default_rng(0))
    for mine in (values[group], values[~group]):
        assert abs(mine.mean()) < 1e-9
        assert 0.98 < mine.std() < 1.0
    assert (values != even_normal(group, np.random.default_rng(1))).any()

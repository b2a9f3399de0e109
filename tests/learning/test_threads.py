"""Work in threads gives what it gives without them, in the order of the items."""

import threading
import time

import numpy as np
import pytest
from reelrank.threads import MOST_AT_ONCE, StoppedError, beside, in_order


def test_results_come_in_the_order_of_the_items():
    def late(number: int) -> int:
        time.sleep(0.02 * (number % 2 == 0))
        return number * number

    assert list(in_order(late, range(20), 3)) == [number**2 for number in range(20)]


def test_only_as_many_items_are_made_ahead_as_there_are_threads():
    made = []

    def items():
        for number in range(10):
            made.append(number)
            yield number

    results = in_order(lambda number: number, items(), 2)
    assert next(results) == 0
    assert len(made) <= 4
    assert list(results) == list(range(1, 10))


def test_many_cores_do_not_hold_many_items_in_memory():
    made = []
    next(in_order(lambda number: number, (made.append(n) or n for n in range(99)), 64))
    assert len(made) <= MOST_AT_ONCE + 2


def test_an_error_of_an_item_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda number: 1 // number, [2, 1, 0], 2))


def test_products_of_blas_are_those_of_one_thread_while_others_end():
    rng = np.random.default_rng(1)
    pairs = [(rng.random((300, 300)), rng.random((300, 300))) for _ in range(8)]
    alone = [
        found for pair in pairs for found in in_order(lambda each: each[0] @ each[1], [pair], 1)
    ]
    together = list(in_order(lambda each: each[0] @ each[1], pairs, 2))
    assert all((one == other).all() for one, other in zip(alone, together, strict=True))


def test_both_count_their_steps_and_the_result_is_waited_for():
    steps = []

    def work(step) -> str:
        step(2)
        return "done"

    with beside(work, steps.append) as result:
        steps.append(1)
    assert result() == "done"
    assert sorted(steps) == [1, 2]


def test_work_stops_at_its_next_step_where_the_body_fails():
    ended = threading.Event()

    def work(step) -> None:
        try:
            while True:
                time.sleep(0.001)
                step(1)
        except StoppedError:
            ended.set()
            raise

    with pytest.raises(ValueError, match="of the body"), beside(work, lambda _: None):
        raise ValueError("of the body")
    assert ended.is_set()


def test_an_error_of_the_work_is_raised_where_its_result_is_asked_for():
    def work(_step) -> None:
        raise ZeroDivisionError

    with beside(work, lambda _: None) as result:
        pass
    with pytest.raises(ZeroDivisionError):
        result()

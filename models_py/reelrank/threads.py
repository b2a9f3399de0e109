"""Work in threads whose results do not depend on them: numpy and the models let others run.

BLAS is held to one thread meanwhile, as its sums depend on their number: its limit is that of the
process, so one that a thread sets and takes back by itself would be lifted under another.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from threadpoolctl import threadpool_limits

# Parameters of a LightGBM dataset and its trees: histograms by rows, and of features that share
# one, are sums in an order that depends on the threads.
SAME_ON_ANY_THREADS = {
    "deterministic": True,
    "force_col_wise": True,
    "enable_bundle": False,
    "is_enable_sparse": False,
}
MOST_AT_ONCE = 4  # each item holds columns of millions of rows: memory ends before cores do
Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[Result]:
    """Yield the result of each item, in their order, while the next ones are worked on.

    Items are made in the calling thread, so they may come from a database, and only as many as
    there are threads, `MOST_AT_ONCE` at most, lie ahead of the one that is yielded.
    """
    threads = min(threads, MOST_AT_ONCE)
    with one_blas_thread(), ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def beside(
    work: Callable[[Callable[[float], None]], Result], on_step: Callable[[float], None]
) -> Iterator[Callable[[], Result]]:
    """Work in another thread while the body runs; yields what waits for the result.

    Parameters
    ----------
    work : callable
        Takes the callable that counts its steps, and stops at the next one if the body fails.
    on_step : callable
        Called with what both count.
    """
    failed = threading.Event()

    def step(amount: float = 1) -> None:
        if failed.is_set():
            raise StoppedError
        on_step(amount)

    with one_blas_thread(), ThreadPoolExecutor(1) as pool:
        found = pool.submit(work, step)
        try:
            yield found.result
        except BaseException:
            failed.set()
            raise


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread: its sums depend on their number. Also a decorator of functions."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield


class StoppedError(Exception):
    """Nobody wants the result any more."""

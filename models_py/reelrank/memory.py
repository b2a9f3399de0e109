"""Memory that was freed goes back to the system."""

import ctypes


def give_back() -> None:
    """Give back what lies free between things in use.

    glibc keeps it for each thread, half a gigabyte after a log of millions of events was judged;
    other C libraries have no such call.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)

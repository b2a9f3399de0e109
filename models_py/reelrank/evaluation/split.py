"""Dense users in two halves: choices look at tune, tables show test."""

import numpy as np

# as SQL over user_id, for scripts that draw users there; the same as `is_test`
IS_TEST = "(user_id * 2654435761) % 4294967296 >= 2147483648"


def is_test(user_ids: np.ndarray) -> np.ndarray:
    """Whether users belong to the half that nothing is chosen by, bool (n,).

    A multiplicative hash (Knuth, The Art of Computer Programming, 6.4): it depends on the user
    alone, so the same users are tested for every run, seed and version of the data.
    """
    hashed = user_ids.astype(np.int64) * 2654435761 % 4294967296
    return hashed >= 2147483648

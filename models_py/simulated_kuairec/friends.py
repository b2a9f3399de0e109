"""The friendships of social_network.csv."""

import numpy as np

from simulated_kuairec.scales import Counts
from simulated_kuairec.seeds import apportion, generator

# facts: lists with 1 to 5 friends
LIST_LENGTHS = np.array([349, 77, 27, 9, 10])
# network: 146 of 472 lists belong to dense users
DENSE_SHARE = 146 / 472


def build_friends(counts: Counts, dense: np.ndarray, seed: int) -> np.ndarray:
    """Draw friendships, in the order of the file (not by id).

    Parameters
    ----------
    counts : Counts
        How many lists.
    dense : bool (n_users,)
        Which users are dense ones.
    seed : int
        Seed of the simulation.

    Returns
    -------
    int64 (n_edges, 2)
        User and friend; no user is his own friend, no friend twice in a list.
    """
    rng = generator(seed, "friends")
    n_dense = round(counts.friend_lists * DENSE_SHARE)
    owners = np.concatenate(
        [
            rng.permutation(np.flatnonzero(dense))[:n_dense],
            rng.permutation(np.flatnonzero(~dense))[: counts.friend_lists - n_dense],
        ]
    )
    owners = rng.permutation(owners)
    lengths = rng.permutation(np.repeat(np.arange(1, 6), apportion(LIST_LENGTHS, len(owners), rng)))
    edges = []
    for owner, length in zip(owners, lengths, strict=True):
        others = rng.choice(counts.users - 1, size=length, replace=False)
        edges += [(owner, other + (other >= owner)) for other in others]
    return np.array(edges, dtype=np.int64).reshape(-1, 2)

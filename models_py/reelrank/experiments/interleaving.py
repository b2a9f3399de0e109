"""Team-draft interleaving: every user sees both policies in one list."""

import numpy as np

from reelrank.evaluation.ranking import Lists


def team_draft(
    lists: Lists, first: np.ndarray, second: np.ndarray, lengths: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Interleave two orders (Radlinski, Kurup and Joachims, CIKM 2008).

    In each round a coin decides who picks first; each team then picks its best video that is not
    in the list yet.

    Parameters
    ----------
    first, second : int64 (n_rows,)
        Row numbers in the order of each policy, list by list.
    lengths : int (n_lists,)
        Videos that each user takes.

    Returns
    -------
    rows, teams : int64 and int8 (n_lists, most)
        Row numbers, -1 beyond a list's end, and who picked them: 0 or 1.
    """
    rng = np.random.default_rng(seed)
    most = int(lengths.max(initial=0))
    rows = np.full((len(lengths), most), -1, np.int64)
    teams = np.zeros((len(lengths), most), np.int8)
    for number, length in enumerate(np.minimum(lengths, lists.lengths)):
        mine = slice(lists.starts[number], lists.starts[number + 1])
        queues = [iter(first[mine]), iter(second[mine])]
        taken: set[int] = set()
        coins = rng.integers(0, 2, length // 2 + 1)
        for place in range(length):
            team = int(coins[place // 2]) ^ (place % 2)
            row = next(row for row in queues[team] if row not in taken)
            taken.add(row)
            rows[number, place], teams[number, place] = row, team
    return rows, teams


def preferences(rows: np.ndarray, teams: np.ndarray, rewards: np.ndarray) -> np.ndarray:
    """Reward per video of the second team less that of the first, float64 (n_lists,); NaN if none.

    Parameters
    ----------
    rewards : float64 (n_rows,)
    """
    is_there = rows >= 0
    got = np.where(is_there, rewards[rows], 0.0)
    means = []
    for team in (1, 0):
        mine = is_there & (teams == team)
        count = mine.sum(axis=1)
        total = np.where(mine, got, 0.0).sum(axis=1)
        means.append(np.divide(total, count, out=np.full(len(rows), np.nan), where=count > 0))
    return means[0] - means[1]

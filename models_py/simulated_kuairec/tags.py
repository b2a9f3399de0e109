"""Tags, categories and authors of videos, after their published counts."""

import numpy as np

from simulated_kuairec.draws import exponential, pareto
from simulated_kuairec.seeds import apportion

# facts: uses of tag 0..30
TAG_COUNTS = np.array([
    24, 463, 216, 104, 164, 964, 912, 503, 1112, 696, 170, 2027, 534, 245, 63, 374, 214, 350,
    131, 686, 265, 29, 20, 39, 12, 468, 490, 31, 1360, 5, 22,
])  # fmt: skip
# facts: videos with 1, 2, 3 and 4 tags
LIST_LENGTHS = np.array([8970, 1562, 185, 11])
# facts: the commonest pairs
PAIRS = {(9, 28): 101, (8, 26): 98, (6, 9): 86, (11, 28): 64, (8, 11): 63, (6, 8): 58, (1, 8): 50}
# facts: a pair is in ascending order in 978 of 1,758 lists
ASCENDING_SHARE = 978 / 1758


def draw_tags(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the tag lists; int64 (n, 4), -1 where the list is over, no tag twice in a list."""
    lengths = rng.permutation(np.repeat(np.arange(1, 5), apportion(LIST_LENGTHS, n, rng)))
    race = exponential(rng, (n, len(TAG_COUNTS))) / TAG_COUNTS
    order = np.argsort(race, axis=1, kind="stable")
    tags = order[:, :4]
    several = np.flatnonzero(lengths > 1)
    known = rng.permutation(several)[: round(len(several) * sum(PAIRS.values()) / 1758)]
    pair = rng.choice(len(PAIRS), size=len(known), p=np.array(list(PAIRS.values())) / 520)
    tags[known, :2] = np.array(list(PAIRS))[pair]
    for row in known[lengths[known] > 2]:
        others = [tag for tag in order[row] if tag not in tags[row, :2]]
        tags[row, 2:] = others[:2]
    tags[np.arange(4) >= lengths[:, None]] = -1
    ascending = several[rng.random(len(several)) < 2 * ASCENDING_SHARE - 1]
    for row in ascending:
        tags[row, : lengths[row]] = np.sort(tags[row, : lengths[row]])
    return tags


def tag_text(tags: np.ndarray) -> np.ndarray:
    """Tag lists as the file writes them, such as `[27, 9]`; object (n,)."""
    return np.array([str([int(tag) for tag in row if tag >= 0]) for row in tags], dtype=object)


def draw_authors(n: int, n_authors: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the author of each video; every author has at least one; int64 (n,)."""
    weights = pareto(rng, 1.6, n_authors) - 0.95
    extra = apportion(weights, n - n_authors, rng)
    return rng.permutation(np.repeat(rng.permutation(n_authors), 1 + extra))

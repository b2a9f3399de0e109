"""Time and memory of the whole commands, and the machine's limits beside them."""

import reelrank  # noqa: F401  sets how OpenMP's threads wait, before LightGBM is loaded

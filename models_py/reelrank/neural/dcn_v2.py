"""DCN-v2: layers that multiply features with each other, beside a multilayer perceptron.

Wang et al. 2021, DCN V2: Improved deep and cross network and practical lessons for web-scale
learning to rank systems: x_{k+1} = x_0 * (U_k V_k x_k + b_k) + x_k, in parallel with deep layers.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from reelrank.neural import mlp
from reelrank.neural.trainer import Batch, Params
from reelrank.presets import NetSettings

CROSSES = 2
RANK = 16  # of the matrices between features


def start(columns: int, settings: NetSettings, key: Any, past: Any = None) -> Params:
    """Random crosses and layers; the last ones are 0, so that the net starts from the start."""
    keys = jax.random.split(key, 2 * CROSSES + 1)
    crosses = [
        {
            "narrow": jax.random.normal(one, (columns, RANK)) / np.sqrt(columns),
            "wide": jax.random.normal(other, (RANK, columns)) / np.sqrt(RANK),
            "bias": jnp.zeros(columns),
        }
        for one, other in zip(keys[::2], keys[1::2], strict=False)
    ]
    network = mlp.start(columns, settings, keys[-1], past)
    return network | {"crosses": crosses, "last_cross": jnp.zeros(columns)}


def score(params: Params, batch: Batch) -> Any:
    """Add to the log-odds, (n_rows,)."""
    first = crossed = batch["columns"]
    for cross in params["crosses"]:
        crossed = first * (crossed @ cross["narrow"] @ cross["wide"] + cross["bias"]) + crossed
    return mlp.score(params, batch) + crossed @ params["last_cross"]

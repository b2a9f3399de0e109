"""A multilayer perceptron: two hidden layers on all features at once."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from reelrank.neural.trainer import Batch, Params
from reelrank.presets import NetSettings


def start(columns: int, settings: NetSettings, key: Any, past: Any = None) -> Params:  # noqa: ARG001
    """Random layers (He et al. 2015); the last one is 0, so that the net starts from the start."""
    sizes = [columns, settings.width, settings.width // 2]
    keys = jax.random.split(key, len(sizes))
    layers = [
        {
            "weights": jax.random.normal(one, (rows, out)) * np.sqrt(2 / rows),
            "bias": jnp.zeros(out),
        }
        for one, rows, out in zip(keys, sizes, sizes[1:], strict=False)
    ]
    return {"layers": layers, "last": jnp.zeros(sizes[-1]), "constant": jnp.zeros(())}


def score(params: Params, batch: Batch) -> Any:
    """Add to the log-odds, (n_rows,)."""
    return deep(params["layers"], batch["columns"]) @ params["last"] + params["constant"]


def deep(layers: list[Params], values: Any) -> Any:
    """Pass values, (n_rows, n), through the layers."""
    for layer in layers:
        values = jax.nn.relu(values @ layer["weights"] + layer["bias"])
    return values

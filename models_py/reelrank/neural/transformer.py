"""A transformer over the user's last events, with the candidate as the query.

The decoder of Vaswani et al. 2017 (Attention is all you need), as rankers use it (Chen et al. 2019,
Behavior sequence transformer for e-commerce recommendation in Alibaba): a token for each of the
last events knows its video and category, how long ago it was, the gap to the event before, and how
much longer than usual it was watched. The candidate attends to them in two layers; what it finds is
read by a multilayer perceptron together with all features.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from reelrank.neural import mlp
from reelrank.neural.last_events import SIGNALS, LastEvents
from reelrank.neural.trainer import Batch, Params
from reelrank.presets import NetSettings

LAYERS, HEADS, WIDTH = 2, 2, 16


def start(columns: int, settings: NetSettings, key: Any, past: LastEvents) -> Params:
    """Random layers; the last one is 0, so that the net starts from the start."""
    keys = iter(jax.random.split(key, 3 + 6 * LAYERS + 1))

    def matrix(rows: int, out: int) -> Any:
        return jax.random.normal(next(keys), (rows, out)) / np.sqrt(rows)

    parts = {"query": WIDTH, "key": WIDTH, "value": WIDTH, "out": WIDTH}
    return {
        "videos": 0.1 * matrix(past.video_count, WIDTH),
        "categories": matrix(past.category_count, WIDTH),
        "signals": matrix(SIGNALS, WIDTH),
        "layers": [
            {name: matrix(WIDTH, out) for name, out in parts.items()}
            | {"wide": matrix(WIDTH, 2 * WIDTH), "narrow": matrix(2 * WIDTH, WIDTH)}
            for _ in range(LAYERS)
        ],
        "reader": mlp.start(columns + WIDTH, settings, next(keys)),
    }


def score(params: Params, batch: Batch) -> Any:
    """Add to the log-odds, (n_rows,)."""
    query = _video(params, batch["video"], batch["category"])
    tokens = _video(params, batch["past_video"], batch["past_category"])
    tokens = tokens + batch["past_signals"] @ params["signals"]
    for layer in params["layers"]:
        query = _norm(query + _attend(layer, query, tokens, batch["past_is_there"]))
        query = _norm(query + jax.nn.relu(query @ layer["wide"]) @ layer["narrow"])
    columns = jnp.concatenate([batch["columns"], query], -1)
    return mlp.score(params["reader"], {"columns": columns})


def _video(params: Params, video: Any, category: Any) -> Any:
    return params["videos"][video] + params["categories"][category]


def _attend(layer: Params, query: Any, tokens: Any, is_there: Any) -> Any:
    """Attention of a query (n, width) to tokens (n, length, width), in two heads."""
    shape = (*tokens.shape[:2], HEADS, WIDTH // HEADS)
    asked = (query @ layer["query"]).reshape(-1, HEADS, WIDTH // HEADS)
    keys, values = ((tokens @ layer[name]).reshape(shape) for name in ("key", "value"))
    weights = jnp.einsum("nhf,nlhf->nhl", asked, keys) / np.sqrt(WIDTH // HEADS)
    weights = jax.nn.softmax(jnp.where(is_there[:, None], weights, -1e9), -1)
    found = jnp.einsum("nhl,nlhf->nhf", weights, values).reshape(-1, WIDTH)
    return (found @ layer["out"]) * is_there.any(-1, keepdims=True)


def _norm(values: Any) -> Any:
    """Scale to mean 0 and sd 1 (layer normalisation, Ba et al. 2016)."""
    values = values - values.mean(-1, keepdims=True)
    return values / jnp.sqrt(jnp.square(values).mean(-1, keepdims=True) + 1e-5)

"""Prediction by trees that lleaves has compiled; it is no dependency of the project."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import lightgbm as lgb
import numpy as np
from reelrank.errors import UserError


def compiled_prediction(
    booster: lgb.Booster, matrix: np.ndarray
) -> Iterator[tuple[str, float, str]]:
    """Time compiling and predicting; both predictions must agree.

    Yields
    ------
    tuple
        What, seconds, note.
    """
    import lleaves

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.txt"
        booster.save_model(str(file))
        model = lleaves.Model(model_file=str(file))
        began = time.perf_counter()
        try:
            model.compile()
        except AttributeError as error:  # a newer llvmlite lacks what it calls
            raise UserError(
                f"lleaves cannot compile trees with this llvmlite: {error}.",
                'Install one that it knows: pip install "llvmlite==0.44.0"; or uninstall lleaves.',
            ) from error
        yield "lleaves: compiling", time.perf_counter() - began, ""
        began = time.perf_counter()
        predicted = model.predict(matrix)
        seconds = time.perf_counter() - began
    difference = np.abs(predicted - booster.predict(matrix)).max()
    note = f"{len(matrix) / seconds:,.0f} rows per second, differs by at most {difference:.1g}"
    yield "lleaves: one numpy matrix", seconds, note

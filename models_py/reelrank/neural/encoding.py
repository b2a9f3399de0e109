"""The features of the catalog as columns that a network can read."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reelrank.ranker.catalog import Feature

STEPS = 33  # quantiles of a numerical feature
MOST_CODES = 64  # of a categorical one; further codes are read as unknown


@dataclass(frozen=True)
class Encoder:
    """How each feature is read: by its quantiles, or by its codes.

    Attributes
    ----------
    quantiles : tuple of float64 (n_steps,)
        Of each numerical feature; empty for a categorical one.
    codes : tuple of float64 (n_codes,)
        Of each categorical feature; empty for a numerical one.
    """

    quantiles: tuple[np.ndarray, ...]
    codes: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, table: pa.Table, features: list[Feature]) -> "Encoder":
        """Find quantiles and codes in the rows that are learned from."""
        quantiles, codes = [], []
        for feature in features:
            values = _numbers(table.column(feature.name))
            values = values[~np.isnan(values)]
            found, counts = np.unique(values, return_counts=True) if feature.is_categorical else (
                np.zeros(0), np.zeros(0))  # fmt: skip
            codes.append(np.sort(found[np.argsort(-counts, kind="stable")[:MOST_CODES]]))
            grid = np.linspace(0, 1, STEPS)
            is_number = not feature.is_categorical and len(values)
            quantiles.append(np.unique(np.quantile(values, grid)) if is_number else np.zeros(0))
        return cls(tuple(quantiles), tuple(codes))

    @property
    def owners(self) -> np.ndarray:
        """The number of the feature that each column is of, int64 (n_columns,)."""
        return np.repeat(np.arange(len(self.codes)), [max(len(of), 1) + 1 for of in self.codes])

    def encode(self, features: np.ndarray | pa.Table | pa.RecordBatch) -> np.ndarray:
        """Encode rows: a number's place among the quantiles, -1 to 1, or a flag for each code.

        Each feature has a flag for unknown values after them.

        Parameters
        ----------
        features : float64 array, pyarrow.Table or pyarrow.RecordBatch (n_rows, n_features)

        Returns
        -------
        float32 (n_rows, n_columns)
        """
        is_array = isinstance(features, np.ndarray)
        found = np.zeros((len(features), len(self.owners)), np.float32)
        place = 0
        for number, (quantiles, codes) in enumerate(zip(self.quantiles, self.codes, strict=True)):
            values = features[:, number] if is_array else _numbers(features.column(number))
            is_known = ~np.isnan(values)
            width = max(len(codes), 1)
            if len(codes):
                flags = values[:, None] == codes
                found[:, place : place + width] = flags
                is_known = flags.any(axis=1)
            elif len(quantiles):
                known = np.interp(values, quantiles, np.linspace(-1, 1, len(quantiles)))
                found[:, place] = np.where(is_known, known, 0)
            found[:, place + width] = ~is_known
            place += width + 1
        return found


def _numbers(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    if isinstance(column, pa.ChunkedArray):
        return column.to_numpy().astype(np.float64)
    return column.to_numpy(zero_copy_only=False).astype(np.float64)

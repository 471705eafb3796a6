"""Sparse rows: few weights among many features, as three arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sparse", "mutual"]

_SLICE = 32


@dataclass(frozen=True, slots=True)
class Sparse:
    """Rows of features in compressed form: row *i* is ``ids[starts[i]:starts[i + 1]]`` and its *weights*.

    *starts* int64 (rows + 1,), *ids* int32 (stored,), *weights* float32 (stored,). Every row has
    length 1, or is empty.
    """

    starts: NDArray[np.int64]
    ids: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Iterable[Mapping[int, float]]) -> Sparse:
        """Make sparse rows from *rows* of feature id to weight, each scaled to length 1."""
        ends, ids, weights = [0], [], []
        for row in rows:
            scale = sum(weight * weight for weight in row.values()) ** -0.5 if row else 0.0
            for feature in sorted(row):
                ids.append(feature)
                weights.append(row[feature] * scale)
            ends.append(len(ids))
        return cls(np.array(ends, np.int64), np.array(ids, np.int32), np.array(weights, np.float32))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts) - 1

    def row(self, number: int) -> NDArray[np.int32]:
        """Return the feature ids of row *number*."""
        return self.ids[self.starts[number] : self.starts[number + 1]]

    def dot(self, activation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return each row's inner product with *activation*, float32 (features,), as float32 (rows,)."""
        if not len(self.ids):
            return np.zeros(len(self), np.float32)
        # reduceat cannot sum an empty row: it gives the next row's first product, which is cleared.
        # The last row has none: a zero stands for it.
        products = np.append(activation[self.ids] * self.weights, np.float32(0))
        sums: NDArray[np.float32] = np.add.reduceat(products, self.starts[:-1])
        sums[self.starts[:-1] == self.starts[1:]] = 0
        return sums

    def gram(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the inner products of *rows* with each other, float32 (len(rows), len(rows))."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        owner = np.repeat(np.arange(len(rows)), lengths)
        first = np.cumsum(lengths) - lengths
        place = np.arange(len(owner)) + np.repeat(self.starts[rows] - first, lengths)
        present, column = np.unique(self.ids[place], return_inverse=True)
        dense = np.zeros((len(rows), len(present)), np.float32)
        dense[owner, column] = self.weights[place]
        return mutual(dense)


def mutual(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inner products of dense *rows* with each other, float32 (len(rows), len(rows)).

    They are added up by slices of columns. For the product as a whole BLAS would use all cores, and
    while those have other work, waiting for them takes hundreds of times as long as the product does.
    """
    slices = -(-rows.shape[1] // _SLICE)
    padded = np.zeros((len(rows), slices * _SLICE), np.float32)
    padded[:, : rows.shape[1]] = rows
    parts = padded.reshape(len(rows), slices, _SLICE).swapaxes(0, 1)
    products: NDArray[np.float32] = (parts @ parts.swapaxes(1, 2).copy()).sum(axis=0)
    return products

"""Compressed sparse rows (CSR): rows of few features among many, as three arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Rows multiplied at a time by `gram_matrix`, at most. Chosen by hand.
MAX_BLOCK_ROWS = 24

# Multiplications of one product, at most. OpenBLAS gives more than 262,144 to several threads.
MAX_SINGLE_THREAD_PRODUCTS = 250_000

# Bits of a float32. A sort key holds an id above them and a weight in them.
FLOAT32_BITS = 32


@dataclass(frozen=True, slots=True)
class CsrMatrix:
    """Matrix in compressed sparse row format: few weights per row.

    Row *i* has the features ``ids[starts[i]:starts[i + 1]]``, rising, and the weights at the same places.
    *starts* int64 (rows + 1,), *ids* int32 (stored,), *weights* float32 (stored,).
    """

    starts: NDArray[np.int64]
    ids: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def tf_idf(
        cls, starts: NDArray[np.int64], uses: NDArray[np.int64], idf: NDArray[np.float32]
    ) -> CsrMatrix:
        """Build rows of Euclidean length 1 from each row's features.

        Row *i* uses ``uses[starts[i]:starts[i + 1]]``. A feature's weight is its *idf*, float32
        (features,), times its sublinear term frequency, 1 + ln(count).
        """
        owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        keys, counts = np.unique(owner * len(idf) + uses, return_counts=True)
        rows, features = np.divmod(keys, max(len(idf), 1))
        ends = np.cumsum(np.bincount(rows, minlength=len(starts) - 1))
        begins = np.concatenate([np.zeros(1, np.int64), ends])
        weights = _scaled(begins, (1 + np.log(counts)) * idf[features])
        return cls(begins, features.astype(np.int32), weights)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts) - 1

    def row(self, number: int) -> NDArray[np.int32]:
        """Return the feature ids of row *number*."""
        return self.ids[self.starts[number] : self.starts[number + 1]]

    def take(self, rows: NDArray[np.integer]) -> CsrMatrix:
        """Return *rows*, int (k,), in this order, as a matrix."""
        begins = self.starts.take(rows)
        lengths = self.starts.take(rows + 1)
        lengths -= begins
        starts = np.zeros(len(rows) + 1, np.int64)
        lengths.cumsum(out=starts[1:])
        begins -= starts[:-1]
        place = begins.repeat(lengths)
        place += np.arange(len(place))
        return CsrMatrix(starts, self.ids.take(place), self.weights.take(place))

    def transposed(self, features: int) -> CsrMatrix:
        """Return the transposed matrix, one row for each of *features*: the postings of each feature."""
        order = np.argsort(self.ids, kind="stable")
        owner = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))
        ends = np.cumsum(np.bincount(self.ids, minlength=features))
        starts = np.concatenate([np.zeros(1, np.int64), ends])
        return CsrMatrix(starts, owner[order], self.weights[order])

    def dot(self, activation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the product with the vector *activation*, float32 (features,): float32 (rows,)."""
        return _sums(self.starts, activation.take(self.ids) * self.weights)

    def dot_sparse(
        self, ids: NDArray[np.integer], weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the product with a sparse vector: distinct *ids*, and float32 *weights* of the same length."""
        if not len(ids):
            return np.zeros(len(self), np.float32)
        order = ids.argsort()
        ids, weights = ids.take(order), weights.take(order)
        place = ids.searchsorted(self.ids)
        shared = ids.take(place, mode="clip") == self.ids
        return _sums(self.starts, weights.take(place, mode="clip") * (self.weights * shared))

    def products(
        self, rows: NDArray[np.integer], weights: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the features of *rows*, int32 (k,), and their weights, float32 (k,), concatenated.

        Each feature's weight is multiplied by its row's in *weights*, float32 (len(rows),).
        """
        if not len(rows):
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        begins, ends = self.starts.take(rows), self.starts.take(rows + 1)
        spans = [slice(*span) for span in zip(begins.tolist(), ends.tolist(), strict=True)]
        products = np.concatenate([self.weights[span] for span in spans])
        products *= weights.repeat(ends - begins)
        return np.concatenate([self.ids[span] for span in spans]), products

    def to_dense(self) -> NDArray[np.float32]:
        """Return the rows as a dense array without empty columns.

        The result is float32 (rows, used features).
        """
        order = self.ids.argsort()
        ranked = self.ids.take(order)
        column = np.zeros(len(order), np.intp)
        column[order[1:]] = (ranked[1:] != ranked[:-1]).cumsum()
        rows = np.zeros((len(self), column.max(initial=-1) + 1), np.float32)
        rows[np.arange(len(self)).repeat(self.starts[1:] - self.starts[:-1]), column] = self.weights
        return rows


def sum_by_id(
    ids: NDArray[np.int32], values: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the distinct *ids*, rising, and the sum of the float32 *values* of each.

    Sorts id and value together as one integer, which is much faster than an indirect sort.
    """
    keys = (ids.astype(np.int64) << FLOAT32_BITS) | values.view(np.uint32)
    keys.sort()
    ordered = keys >> FLOAT32_BITS
    first = np.ones(len(keys), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    begins = first.nonzero()[0]
    sums = keys.astype(np.uint32).view(np.float32)
    return ordered[begins], np.add.reduceat(sums, begins) if len(begins) else values


def _sums(starts: NDArray[np.int64], products: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sum of each row's *products*: (rows,), same dtype."""
    filled = starts[:-1] < starts[1:]
    if filled.all():
        return np.add.reduceat(products, starts[:-1]) if len(filled) else products[:0]
    sums = np.zeros(len(filled), products.dtype)
    if len(products):
        sums[filled] = np.add.reduceat(products, starts[:-1][filled])
    return sums


def _scaled(starts: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return float32 *weights*, each row scaled to Euclidean length 1."""
    lengths = np.sqrt(_sums(starts, np.square(weights)))
    return np.asarray(weights / np.repeat(lengths, np.diff(starts)), np.float32)


def gram_matrix(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inner products of dense *rows* with each other.

    The result is float32 (len(rows), len(rows)). Multiplies a few rows at a time, from the diagonal
    on, so that BLAS stays on one thread. A product on all cores waits for them; on a busy machine
    that takes hundreds of times as long as the product.
    """
    count, features = rows.shape
    width = max(1, min(MAX_BLOCK_ROWS, MAX_SINGLE_THREAD_PRODUCTS // max(count * features, 1)))
    products = np.empty((count, count), np.float32)
    for start in range(0, count, width):
        end = start + width
        block = rows[start:end] @ rows[start:].T
        products[start:end, start:] = block
        products[end:, start:end] = block[:, width:].T
    return products

"""CsrMatrix rows: few weights among many features, as three arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CsrMatrix", "mutual", "summed"]

_WIDTH = 24
_HALF = 32
_ONE_THREAD = 250_000  # multiplications; OpenBLAS gives more than 262,144 to several threads


@dataclass(frozen=True, slots=True)
class CsrMatrix:
    """Rows of features in compressed form: row *i* is ``ids[starts[i]:starts[i + 1]]`` and its *weights*.

    *starts* int64 (rows + 1,), *ids* int32 (stored,), *weights* float32 (stored,).
    """

    starts: NDArray[np.int64]
    ids: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Iterable[Mapping[int, float]]) -> CsrMatrix:
        """Make sparse rows from *rows* of feature id to weight, each scaled to length 1."""
        kept = list(rows)
        starts = np.cumsum([0, *map(len, kept)], dtype=np.int64)
        features = [feature for row in kept for feature in sorted(row)]
        weights = [row[feature] for row in kept for feature in sorted(row)]
        return cls(starts, np.array(features, np.int32), _scaled(starts, np.array(weights)))

    @classmethod
    def counted(
        cls, starts: NDArray[np.int64], uses: NDArray[np.int64], idf: NDArray[np.float32]
    ) -> CsrMatrix:
        """Make sparse rows of length 1 from what each row uses: row *i* is ``uses[starts[i]:starts[i + 1]]``.

        A feature weighs its *idf*, float32 (features,), times 1 + ln(how often the row uses it).
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
        """Return *rows*, in the order asked for, as sparse rows of their own."""
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
        """Return, as a row for each of *features*, the rows that have it and how much it weighs there."""
        order = np.argsort(self.ids, kind="stable")
        owner = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))
        ends = np.cumsum(np.bincount(self.ids, minlength=features))
        starts = np.concatenate([np.zeros(1, np.int64), ends])
        return CsrMatrix(starts, owner[order], self.weights[order])

    def dot(self, activation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return each row's inner product with *activation*, float32 (features,), as float32 (rows,)."""
        return _sums(self.starts, activation.take(self.ids) * self.weights)

    def dot_few(
        self, ids: NDArray[np.integer], weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the same for the few features *ids*, none twice, that have *weights*, float32 (len(ids),)."""
        if not len(ids):
            return np.zeros(len(self), np.float32)
        order = ids.argsort()
        ids, weights = ids.take(order), weights.take(order)
        place = ids.searchsorted(self.ids)
        shared = ids.take(place, mode="clip") == self.ids
        return _sums(self.starts, weights.take(place, mode="clip") * (self.weights * shared))

    def mix(
        self, rows: Sequence[int] | NDArray[np.integer], weights: NDArray[np.float32], features: int
    ) -> NDArray[np.float32]:
        """Return the sum of *rows*, each times its one of *weights*, in full: float32 (features,)."""
        ids, products = self.products(rows, weights)
        return np.asarray(np.bincount(ids, products, features), np.float32)

    def products(
        self, rows: Sequence[int] | NDArray[np.integer], weights: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the features of *rows* end to end, int32 (k,), and what each weighs there, float32 (k,).

        That is times its row's one of *weights*, float32 (len(rows),).
        """
        if not len(rows):
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        numbers = np.asarray(rows)
        begins, ends = self.starts.take(numbers), self.starts.take(numbers + 1)
        spans = [slice(*span) for span in zip(begins.tolist(), ends.tolist(), strict=True)]
        products = np.concatenate([self.weights[span] for span in spans])
        products *= weights.repeat(ends - begins)
        return np.concatenate([self.ids[span] for span in spans]), products

    def dense(self) -> NDArray[np.float32]:
        """Return the rows in full, float32 (rows, features that they have)."""
        order = self.ids.argsort()
        ranked = self.ids.take(order)
        column = np.zeros(len(order), np.intp)
        column[order[1:]] = (ranked[1:] != ranked[:-1]).cumsum()
        rows = np.zeros((len(self), column.max(initial=-1) + 1), np.float32)
        rows[np.arange(len(self)).repeat(self.starts[1:] - self.starts[:-1]), column] = self.weights
        return rows


def summed(
    ids: NDArray[np.int32], worth: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return *ids* in rising order, none twice, and the sum of the *worth*, float32 (len(ids),), of each.

    Both are put in order as one number, which is much quicker than to find their order and follow it.
    """
    keys = (ids.astype(np.int64) << _HALF) | worth.view(np.uint32)
    keys.sort()
    ordered = keys >> _HALF
    first = np.ones(len(keys), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    begins = first.nonzero()[0]
    sums = keys.astype(np.uint32).view(np.float32)
    return ordered[begins], np.add.reduceat(sums, begins) if len(begins) else worth


def _sums(starts: NDArray[np.int64], products: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sum of each row's *products*, in their type."""
    filled = starts[:-1] < starts[1:]
    if filled.all():
        return np.add.reduceat(products, starts[:-1]) if len(filled) else products[:0]
    sums = np.zeros(len(filled), products.dtype)
    if len(products):
        sums[filled] = np.add.reduceat(products, starts[:-1][filled])
    return sums


def _scaled(starts: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return *weights* with each row scaled to length 1."""
    lengths = np.sqrt(_sums(starts, np.square(weights)))
    return np.asarray(weights / np.repeat(lengths, np.diff(starts)), np.float32)


def mutual(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inner products of dense *rows* with each other, float32 (len(rows), len(rows)).

    They are made a few rows at a time, from the diagonal on. For the product as a whole BLAS would use
    all cores, and while those have other work, waiting for them takes hundreds of times as long as the
    product does.
    """
    count, features = rows.shape
    width = max(1, min(_WIDTH, _ONE_THREAD // max(count * features, 1)))
    products = np.empty((count, count), np.float32)
    for start in range(0, count, width):
        end = start + width
        block = rows[start:end] @ rows[start:].T
        products[start:end, start:] = block
        products[end:, start:end] = block[:, width:].T
    return products

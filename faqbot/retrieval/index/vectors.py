"""Encoded texts of an index, as float32 or one-byte numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Multiplications at a time: blocks stay in the processor's cache.
_BLOCK = 250_000
# Largest code of a number in one byte.
_LARGEST = 127


@dataclass(frozen=True)
class Vectors:
    """Rows of numbers: *codes*, float32 or int8 (rows, dimensions), times *scale*, float32 (dimensions,).

    A number in one byte is off by at most 1/254 of the largest in its column, and needs a quarter
    of the memory.
    """

    codes: NDArray[np.float32] | NDArray[np.int8]
    scale: Floats

    @classmethod
    def of(cls, rows: Floats, *, compact: bool = False) -> Self:
        """Make vectors of *rows*, float32 (rows, dimensions).

        *compact* ones have one byte a number.
        """
        if not compact:
            return cls(rows, np.ones(rows.shape[1], np.float32))
        scale = np.abs(rows).max(axis=0, initial=1e-9) / np.float32(_LARGEST)
        return cls(np.rint(rows / scale).astype(np.int8), scale)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    @property
    def dimensions(self) -> int:
        """The numbers of a row."""
        return int(self.codes.shape[1])

    @cached_property
    def full(self) -> Floats:
        """All rows: float32 (rows, dimensions).

        Only a small index makes use of it.
        """
        return self._decode(self.codes)

    def take(self, rows: NDArray[np.integer]) -> Floats:
        """Return *rows*, in the order asked for: float32 (len(rows), dimensions)."""
        return self._decode(self.codes.take(rows, axis=0))

    def _decode(self, codes: NDArray[np.float32] | NDArray[np.int8]) -> Floats:
        return codes if codes.dtype == np.float32 else codes * self.scale  # type: ignore[return-value]

    def dot(self, vector: Floats, rows: NDArray[np.integer] | None = None) -> Floats:
        """Return the inner product with *vector*, float32 (dimensions,), of all rows or of some: float32 (k,).

        *rows* are numbers, rising and none twice.
        """
        if rows is not None and len(rows) < len(self):
            return np.asarray(np.vecdot(self.take(rows), vector), np.float32)
        if self.codes.dtype == np.float32:
            return np.asarray(np.vecdot(self.codes, vector), np.float32)
        return self._scan(vector * self.scale)

    def _scan(self, scaled: Floats) -> Floats:
        found = np.empty(len(self), np.float32)
        size = max(1, _BLOCK // max(self.dimensions, 1))
        for start in range(0, len(self), size):
            block = self.codes[start : start + size].astype(np.float32)
            found[start : start + size] = np.vecdot(block, scaled)
        return found

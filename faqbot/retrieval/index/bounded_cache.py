"""Bounded caches for values that are cheap to compute again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(dict[K, V]):
    """Dictionary of computed values that clears itself when full.

    Reads cost as much as those of a dictionary. Safe to share between threads if equal keys always give
    equal values: concurrent writers then store the same value. Writers that meet may exceed the capacity
    by one value each.
    """

    def __init__(self, capacity: int, size_of: Callable[[V], int] = lambda _: 1) -> None:
        """Hold values whose sizes, as *size_of* counts them, sum to at most *capacity*."""
        super().__init__()
        self.capacity = capacity
        self._size_of = size_of
        self._used = 0

    def store(self, key: K, value: V) -> V:
        """Store *value* under *key*, clearing the cache first if it is full.

        Return *value*.
        """
        size = self._size_of(value)
        if self._used + size > self.capacity:
            self.clear()
            self._used = 0
        self[key] = value
        self._used += size
        return value


class ComputedCache(BoundedCache[K, V]):
    """Bounded cache that computes a value at first reading: ``cache[key]``."""

    def __init__(self, compute: Callable[[K], V], capacity: int) -> None:
        """Hold at most *capacity* values of *compute*."""
        super().__init__(capacity)
        self._compute = compute

    def __missing__(self, key: K) -> V:
        """Compute and store the value of *key*."""
        return self.store(key, self._compute(key))

"""Bounded map whose values expire, shared by threads."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

# Periods, in seconds.
MINUTE, FIVE_MINUTES, HOUR, DAY = 60.0, 300.0, 3_600.0, 86_400.0

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class ExpiringMap(Generic[_Key, _Value]):
    """Map of the last *limit* values, each kept for *seconds* on *clock*.

    Thread-safe. A value put again starts a new period.
    """

    def __init__(
        self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start empty."""
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[_Key, tuple[float, _Value]] = OrderedDict()

    def put(self, key: _Key, value: _Value) -> None:
        """Store *value* under *key*."""
        with self._lock:
            self._put(key, value)

    def get(self, key: _Key) -> _Value | None:
        """Return the value of *key*, None if it is missing or expired."""
        with self._lock:
            return self._get(key)

    def take(self, key: _Key) -> _Value | None:
        """Remove *key* and return its value, None if it is missing or expired."""
        with self._lock:
            found = self._get(key)
            self._kept.pop(key, None)
            return found

    def change(self, key: _Key, change: Callable[[_Value | None], _Value]) -> _Value:
        """Replace the value of *key* by *change* of it, atomically, and return the new value."""
        with self._lock:
            changed = change(self._get(key))
            self._put(key, changed)
            return changed

    def add(self, key: _Key, value: _Value) -> bool:
        """Store *value* under *key*, atomically; return True if the key was missing or expired."""
        with self._lock:
            is_new = self._get(key) is None
            self._put(key, value)
            return is_new

    def clear(self) -> None:
        """Forget every value."""
        with self._lock:
            self._kept.clear()

    def __contains__(self, key: _Key) -> bool:
        """Return True if *key* has an unexpired value."""
        with self._lock:
            return self._get(key) is not None

    def __len__(self) -> int:
        """Return the number of values in memory, expired or not: at most the limit."""
        return len(self._kept)

    def _put(self, key: _Key, value: _Value) -> None:
        self._kept[key] = (self._clock(), value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def _get(self, key: _Key) -> _Value | None:
        found = self._kept.get(key)
        if found is None:
            return None
        put_at, value = found
        if self._clock() - put_at > self._seconds:
            del self._kept[key]
            return None
        return value

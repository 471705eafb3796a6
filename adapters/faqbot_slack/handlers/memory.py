"""What is remembered for a while: bounded, expiring, and shared by threads."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Memory"]

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Memory(Generic[_Key, _Value]):
    """The last *limit* values, each kept for *seconds* after it was put there, on *clock*."""

    def __init__(
        self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start with nothing remembered."""
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[_Key, tuple[float, _Value]] = OrderedDict()

    def put(self, key: _Key, value: _Value) -> None:
        """Remember *value* under *key*, from now on."""
        with self._lock:
            self._put(key, value)

    def get(self, key: _Key) -> _Value | None:
        """Return what is remembered under *key*, None for nothing."""
        with self._lock:
            return self._get(key)

    def take(self, key: _Key) -> _Value | None:
        """Return what is remembered under *key*, and forget it."""
        with self._lock:
            found = self._get(key)
            self._kept.pop(key, None)
            return found

    def change(self, key: _Key, change: Callable[[_Value | None], _Value]) -> _Value:
        """Replace what is under *key* by what *change* makes of it, and return that."""
        with self._lock:
            changed = change(self._get(key))
            self._put(key, changed)
            return changed

    def __contains__(self, key: _Key) -> bool:
        """Tell whether anything is remembered under *key*."""
        with self._lock:
            return self._get(key) is not None

    def __len__(self) -> int:
        """Count what is kept, expired or not: at most the limit."""
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
        at, value = found
        if self._clock() - at > self._seconds:
            del self._kept[key]
            return None
        return value

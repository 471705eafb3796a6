"""What is remembered for a while: bounded, expiring, and shared by threads.

How much is answered: so many in so much time, and who is told that it was too much, once.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from enum import Enum
from threading import Lock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
_MOST_KEYS = 10_000


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


class Pass(Enum):
    """Whether one more is let through: yes, no and that is to be said, or no without a word."""

    YES = "yes"
    TELL = "tell"
    NO = "no"


class RateLimit:
    """Lets *most* through in any *seconds*, for each key. Safe to share among threads."""

    def __init__(
        self,
        most: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        keys: int = _MOST_KEYS,
    ) -> None:
        """Start with none let through; *keys* is how many keys are kept count of."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._passed: Memory[Hashable, tuple[float, ...]] = Memory(keys, seconds, clock)
        self._told: Memory[Hashable, bool] = Memory(keys, seconds, clock)

    def take(self, key: Hashable) -> Pass:
        """Count one more under *key*, if it is let through; a refusal is to be told once in that time."""
        now, passed = self._clock(), False

        def count(before: tuple[float, ...] | None) -> tuple[float, ...]:
            nonlocal passed
            recent = tuple(at for at in before or () if now - at < self._seconds)
            passed = len(recent) < self._most
            return (*recent, now) if passed else recent

        self._passed.change(key, count)
        if passed:
            return Pass.YES
        told = False

        def tell(before: bool | None) -> bool:  # noqa: FBT001 - what is remembered
            nonlocal told
            told = bool(before)
            return True

        self._told.change(key, tell)
        return Pass.NO if told else Pass.TELL

    def has_room(self, key: Hashable) -> bool:
        """Tell whether one more would be let through under *key*."""
        now = self._clock()
        return sum(now - at < self._seconds for at in self._passed.get(key) or ()) < self._most

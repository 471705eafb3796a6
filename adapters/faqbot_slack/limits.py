"""How much is answered: so many in so much time, and who is told that it was too much, once."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from enum import Enum

from faqbot_slack.handlers.memory import Memory

__all__ = ["Pass", "RateLimit"]

_MOST_KEYS = 10_000


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

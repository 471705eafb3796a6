"""Rate limit per key, such as questions of one person per minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from enum import Enum

from faqbot import SharedCount, SharedCounts
from faqbot_slack.expiring import ExpiringMap

# Keys that one limit counts at a time; the least recent is dropped first. Chosen by hand: more
# people than ask within a minute in the largest workspaces.
MAX_KEYS = 10_000


class RateDecision(Enum):
    """Decision of a rate limit. Only the first refusal of a period is worth a message."""

    ALLOWED = "allowed"
    REFUSED_FIRST = "refused first"
    REFUSED = "refused"


class RateLimit:
    """Sliding window that allows *most* events per key in any *seconds*. Thread-safe.

    Replicas share it by *counts*, under *name*: events of all count, some tenths of a second later.
    """

    def __init__(
        self,
        most: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        keys: int = MAX_KEYS,
        counts: SharedCounts | None = None,
        name: str = "",
    ) -> None:
        """Start with no events; count at most *keys* keys at a time."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._counts = counts
        self._name = name
        self._allowed: ExpiringMap[Hashable, tuple[float, ...]] = ExpiringMap(keys, seconds, clock)
        self._refused: ExpiringMap[Hashable, bool] = ExpiringMap(keys, seconds, clock)

    def take(self, key: Hashable) -> RateDecision:
        """Count one event of *key* if the limit allows it, and return the decision."""
        now, allowed = self._clock(), False

        def count(before: tuple[float, ...] | None) -> tuple[float, ...]:
            nonlocal allowed
            recent = tuple(at for at in before or () if now - at < self._seconds)
            allowed = len(recent) < self._most and not self._is_used_up(key)
            return (*recent, now) if allowed else recent

        self._allowed.change(key, count)
        if allowed:
            if self._counts is not None and self._most:
                event = SharedCount(self._name, str(key), self._seconds, most=self._most)
                self._counts.add(event)
            return RateDecision.ALLOWED
        is_first = self._refused.add(key, True)  # noqa: FBT003 - the stored value
        return RateDecision.REFUSED_FIRST if is_first else RateDecision.REFUSED

    def has_room(self, key: Hashable) -> bool:
        """Return True if the limit would allow one more event of *key*."""
        now = self._clock()
        recent = sum(now - at < self._seconds for at in self._allowed.get(key) or ())
        return recent < self._most and not self._is_used_up(key)

    def _is_used_up(self, key: Hashable) -> bool:
        """Return True if the events of all processes reach the limit."""
        return self._counts is not None and self._counts.wait(self._name, str(key)) > 0

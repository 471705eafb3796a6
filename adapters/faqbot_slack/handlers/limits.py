"""Rate limits: questions per person, ambient answers per channel, answers per thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from enum import Enum
from typing import TYPE_CHECKING

from faqbot import SharedCount, SharedCounts
from faqbot_slack.expiring import DAY, HOUR, MINUTE, ExpiringMap
from faqbot_slack.handlers.shared_memory import ThreadCounts

if TYPE_CHECKING:
    from faqbot import SharedState
    from faqbot_slack.handlers.asker import Asker
    from faqbot_slack.settings import SlackSettings

# Keys that one limit counts at a time; the least recent is dropped first. Chosen by hand: more
# people than ask within a minute in the largest workspaces.
MAX_KEYS = 10_000
# Threads whose answers are counted at a time; the oldest goes first. Chosen by hand.
_MOST_THREADS = 1_000


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
        """Count one event of *key* if allowed, and return the decision."""
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
        """Return True if one more event of *key* is allowed."""
        now = self._clock()
        recent = sum(now - at < self._seconds for at in self._allowed.get(key) or ())
        return recent < self._most and not self._is_used_up(key)

    def _is_used_up(self, key: Hashable) -> bool:
        """Return True if all processes' events reach the limit."""
        return self._counts is not None and self._counts.wait(self._name, str(key)) > 0


class AnswerLimits:
    """Limits that the settings of a workspace set, shared with other replicas. Thread-safe.

    *person* counts the questions of each person in a minute, and *ambient* the ambient answers of each
    channel in an hour. *thread_answers* are the answers in each thread within a day of the last one.
    """

    def __init__(
        self,
        settings: SlackSettings,
        shared: SharedState,
        workspace: str,
        clock: Callable[[], float],
    ) -> None:
        """Start with no events; replicas share those of *workspace* in *shared*."""
        counts, per_person = shared.counts, settings.limits.per_person
        name = f"slack-person:{workspace}"
        self.person = RateLimit(per_person, MINUTE, clock, counts=counts, name=name)
        name = f"slack-ambient:{workspace}"
        self.ambient = {
            channel: RateLimit(there.budget, HOUR, clock, keys=1, counts=counts, name=name)
            for channel, there in settings.channels.items()
        }
        name = f"slack-answers:{workspace}"
        self.thread_answers = ThreadCounts(shared, name, _MOST_THREADS, DAY, clock)
        self._per_thread = settings.limits.per_thread

    def count_answer(self, asker: Asker) -> None:
        """Count an answer in the thread of *asker*."""
        if asker.thread and not asker.private:
            self.thread_answers.add((asker.channel, asker.thread))

    def is_thread_full(self, asker: Asker) -> bool:
        """Return True if the thread of *asker* is full; direct messages never are."""
        given = 0 if asker.private else self.thread_answers.total((asker.channel, asker.thread))
        return given >= self._per_thread

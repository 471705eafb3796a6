"""Whether the store is in order, so that a broken one costs neither an answer nor a flood of warnings.

What this process has taken, known without a database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock

_MOST = 10_000
PATIENCE = 1.0  # seconds that a write waits for other threads, and as long for other processes
_PAUSE = 1.0  # seconds without a try, after one that failed
_PAUSE_PER_TRY = 5.0  # a store that takes long to fail is tried the more rarely
_LITTLE_PATIENCE = 0.1

_log = logging.getLogger("faqbot.store")


class DedupKeys:
    """The keys that the threads of this process took, each for some time; the oldest go beyond 10,000."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Know of none; *clock* gives seconds."""
        self._clock = clock
        self._lock = Lock()
        self._until: dict[str, float] = {}

    def take(self, key: str, seconds: float) -> bool:
        """Take *key* for so many seconds; False when it is taken."""
        with self._lock:
            now = self._clock()
            if self._until.get(key, now) > now:
                return False
            self._until.pop(key, None)  # so that the newest stands last
            self._until[key] = now + seconds
            while len(self._until) > _MOST:
                del self._until[next(iter(self._until))]
            return True

    def release(self, key: str) -> None:
        """Know nothing of *key* any more."""
        with self._lock:
            self._until.pop(key, None)


class CircuitBreaker:
    """Says when to try the store, and tells the log once that it is out of order and once that it is back.

    While it is out of order it is tried at most once a second, and with little patience, so that it
    holds hardly any answer up and is in use again soon after it is back.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the store called *name* to be in order."""
        self._name = name
        self._clock = clock
        self._lock = Lock()
        self._in_order = True
        self._next_try = 0.0
        self._lost = 0

    @property
    def patience(self) -> float:
        """For how many seconds a try may wait now."""
        return PATIENCE if self._in_order else _LITTLE_PATIENCE

    def allows(self) -> bool:
        """Tell whether to try now; where not, the write counts as lost."""
        with self._lock:
            if self._in_order:
                return True
            if self._clock() < self._next_try:
                self._lost += 1
                return False
            self._next_try = self._clock() + _PAUSE  # for the other threads: one try is enough
            return True

    def failed(self, why: str, *, took: float) -> None:
        """Note that a try failed after *took* seconds; *why* is a sentence."""
        with self._lock:
            first, self._in_order = self._in_order, False
            self._lost += 1
            self._next_try = self._clock() + (
                _PAUSE if first else max(_PAUSE, _PAUSE_PER_TRY * took)
            )
        if first:
            _log.warning("%s Answers go on; nothing is recorded until it is back.", why)

    def succeeded(self) -> None:
        """Note that a try went well."""
        if self._in_order:
            return
        with self._lock:
            back, self._in_order = not self._in_order, True
            lost, self._lost = self._lost, 0
        if back:
            _log.info("The store %s is back; %d writes were lost meanwhile.", self._name, lost)

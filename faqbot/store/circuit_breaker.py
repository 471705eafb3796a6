"""Circuit breaker of the store, and dedup keys in memory.

A database that is out of order costs no answer, and logs a single warning. The dedup keys work
without a database.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from faqbot.errors import DatabaseBusy, StoreError

_Result = TypeVar("_Result")

# Dedup keys in memory, about 1 MB: the messages of an hour at 3 a second. Chosen by hand.
_MAX_KEYS = 10_000
# Seconds that a write waits for other threads, and again for other processes. Chosen by hand: an
# answer waits two seconds at most.
PATIENCE = 1.0
# The same while the database is out of order, so that answers are delayed little. Chosen by hand.
_SHORT_PATIENCE = 0.1
# Seconds without a try after a failure. Chosen by hand.
_PAUSE = 1.0
# Pause after a failed try, as a multiple of its duration: a slow failure takes at most a fifth of the
# time. Chosen by hand.
_PAUSE_PER_TRY = 5.0

# Seconds between two warnings of a heavy load. Chosen by hand.
_NOTE_PAUSE = 60.0

_log = logging.getLogger("faqbot.store")


class DedupKeys:
    """Keys taken by threads of this process, for some seconds.

    Beyond 10,000 keys the oldest are dropped. Thread-safe.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start without keys; *clock* returns seconds."""
        self._clock = clock
        self._lock = Lock()
        self._taken: dict[str, tuple[float, str]] = {}

    def take(self, key: str, seconds: float, holder: str = "") -> bool:
        """Take *key* for *seconds*; return False if it is taken, except by the same *holder*."""
        with self._lock:
            now = self._clock()
            until, taker = self._taken.get(key, (now, ""))
            if until > now and not (holder and holder == taker):
                return False
            self._taken.pop(key, None)  # so that the newest stands last
            self._taken[key] = (now + seconds, holder)
            while len(self._taken) > _MAX_KEYS:
                del self._taken[next(iter(self._taken))]
            return True

    def release(self, key: str) -> None:
        """Forget *key*."""
        with self._lock:
            self._taken.pop(key, None)


class CircuitBreaker:
    """Circuit breaker that pauses writes after a failure.

    It allows a try at most once a second, by default.

    The log is told once of the failure and once of the recovery. Tries during a failure wait a short
    time only, so that answers are delayed little. Thread-safe.
    """

    def __init__(
        self,
        name: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        pause: float = _PAUSE,
        least_patience: float = _SHORT_PATIENCE,
    ) -> None:
        """Start in order; *name* is the store's name in messages.

        After a failure nothing is tried for *pause* seconds, and a try may wait *least_patience* seconds.
        """
        self._name = name
        self._clock = clock
        self._pause = pause
        self._least_patience = least_patience
        self._lock = Lock()
        self._in_order = True
        self._next_try = 0.0
        self._next_note = -math.inf
        self._lost = 0

    @property
    def in_order(self) -> bool:
        """True unless the last try failed."""
        return self._in_order

    @property
    def patience(self) -> float:
        """Seconds that a try may wait now."""
        return PATIENCE if self._in_order else self._least_patience

    def attempt(self, transact: Callable[[float], _Result], *, otherwise: _Result) -> _Result:
        """Return the result of *transact*, or *otherwise* after a fault or during a pause.

        *transact* uses the database, and takes the seconds that it may wait.
        """
        if not self.allows():
            return otherwise
        begun = self._clock()
        try:
            done = transact(self.patience)
        except DatabaseBusy as error:
            self._note_loss(str(error))
            return otherwise
        except StoreError as error:
            self.failed(str(error), took=self._clock() - begun)
            return otherwise
        except Exception as error:  # noqa: BLE001  the answer goes out after any fault
            # The fault is in a single record, whose text must not reach the log.
            _log.warning("A record was lost to %s, a fault of faqbot.", type(error).__name__)
            return otherwise
        self.succeeded()
        return done

    def allows(self) -> bool:
        """Return True if a write may be tried; else count it as lost."""
        with self._lock:
            if self._in_order:
                return True
            if self._clock() < self._next_try:
                self._lost += 1
                return False
            self._next_try = self._clock() + self._pause  # the other threads wait for this try
            return True

    def _note_loss(self, why: str) -> None:
        """Log a write that is lost under a heavy load, once in a while; the next one is tried."""
        with self._lock:
            is_due = self._clock() >= self._next_note
            if is_due:
                self._next_note = self._clock() + _NOTE_PAUSE
        if is_due:
            _log.warning("%s. A write is left out.", why)

    def failed(self, why: str, *, took: float) -> None:
        """Record a failure after *took* seconds; *why* is a sentence."""
        with self._lock:
            first, self._in_order = self._in_order, False
            self._lost += 1
            self._next_try = self._clock() + (
                self._pause if first else max(self._pause, _PAUSE_PER_TRY * took)
            )
        if first:
            _log.warning("%s Answers go on; nothing is recorded until it is back.", why)

    def succeeded(self) -> None:
        """Record a try that succeeded."""
        if self._in_order:
            return
        with self._lock:
            back, self._in_order = not self._in_order, True
            lost, self._lost = self._lost, 0
        if back:
            _log.info("The store %s is back; %d writes failed meanwhile.", self._name, lost)

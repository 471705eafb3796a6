"""Counts and rates that replicas share, written to the store by a thread behind the answers.

A process decides by its own memory and by the numbers that came back with its last counts. So nobody
waits for the database; replicas may exceed a limit by the events of some tenths of a second.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Condition, Thread

# Numbers that are known at a time, about 10 MB; the one used longest ago is dropped. Chosen by hand.
_MOST_KNOWN = 50_000
# Counts that wait at most, and counts of one transaction. Chosen by hand: beyond, limits are those of one
# process.
_MOST_WAITING, _MOST_AT_ONCE = 5_000, 200
# Seconds for which counts are gathered, so that many share a transaction. Chosen by hand.
_GATHER = 0.05


@dataclass(frozen=True, slots=True)
class SharedCount:
    """Events to count under *name* and *key*, for some *seconds*.

    With *most*, they are counted as a rate: at most so many in *seconds*.
    """

    name: str
    key: str
    seconds: float
    events: int = 1
    most: int = 0


class SharedCounts:
    """Thread that counts events in the store, and keeps results. Thread-safe."""

    def __init__(
        self,
        write: Callable[[Sequence[SharedCount]], Sequence[float] | None] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Count by *write*, which returns a number for each, None after a fault.

        Without *write*, nothing is counted: no process shares the store.
        """
        self._write = write
        self._clock = clock
        self._changed = Condition()
        self._waiting: dict[tuple[str, str], SharedCount] = {}
        self._known: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._thread: Thread | None = None
        self._busy = False

    def add(self, count: SharedCount) -> None:
        """Count soon; the first count starts the thread."""
        if self._write is None:
            return
        which = (count.name, count.key)
        with self._changed:
            before = self._waiting.get(which)
            if before is not None:
                count = replace(count, events=before.events + count.events)
            elif len(self._waiting) >= _MOST_WAITING:
                return
            self._waiting[which] = count
            if self._thread is None:
                self._thread = Thread(target=self._run, name="faqbot-shared-counts", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def total(self, name: str, key: str) -> int:
        """Return the number of events under *name* and *key* that was last known, 0 if unknown."""
        with self._changed:
            return int(self._known.get((name, key), (0.0, 0.0))[0])

    def wait(self, name: str, key: str) -> float:
        """Return the seconds until *key* has room, as was last known."""
        with self._changed:
            seconds, known_at = self._known.get((name, key), (0.0, 0.0))
        return max(known_at + seconds - self._clock(), 0.0) if seconds else 0.0

    def flush(self, seconds: float) -> bool:
        """Wait until all events are counted; return False after *seconds*."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, seconds)

    def close(self) -> None:
        """End the thread; events that wait are dropped, as limits are not worth a wait."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._waiting.clear()
            self._changed.notify_all()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        with self._changed:
            this = self._thread
        while batch := self._next(this):
            numbers = self._write(batch) if self._write is not None else None
            with self._changed:
                for count, number in zip(batch, numbers or (), strict=False):
                    self._note((count.name, count.key), number)
                self._busy = False
                self._changed.notify_all()

    def _next(self, this: Thread | None) -> list[SharedCount]:
        """Wait for counts and take some; empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._thread is not this)
            self._changed.wait_for(lambda: self._thread is not this, _GATHER)
            if self._thread is not this:
                return []
            self._busy = True
            # In one order for all processes, so that none waits for a row of the other in turn.
            taken = sorted(self._waiting)[:_MOST_AT_ONCE]
            return [self._waiting.pop(which) for which in taken]

    def _note(self, which: tuple[str, str], number: float) -> None:
        self._known[which] = (number, self._clock())
        self._known.move_to_end(which)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

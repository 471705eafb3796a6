"""SIGHUP, with which a service is told to read its files again."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType

__all__ = ["Bell", "Hangup"]


class Bell:
    """What `threading.Event` is, but a signal handler may set it.

    A handler runs in the middle of anything, also of an event's own `set`, and would then wait for
    ever for the lock of that event; a `SimpleQueue` is made to be re-entered.
    """

    def __init__(self) -> None:
        """Start unset."""
        self._rings: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Set it, and let go whoever waits."""
        self._rings.put(None)

    def is_set(self) -> bool:
        """Tell whether it is set."""
        return not self._rings.empty()

    def clear(self) -> None:
        """Unset it."""
        with suppress(Empty):
            while True:
                self._rings.get_nowait()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, *timeout* seconds at most; tell whether it is. For one thread."""
        with suppress(Empty):
            self._rings.get(timeout=timeout)
            self.set()
        return self.is_set()


class Hangup:
    """Calls *then* at each SIGHUP while it is installed, and what was called before as well."""

    def __init__(self, then: Callable[[], None]) -> None:
        """Install nothing yet."""
        self._then = then
        self._number = getattr(signal, "SIGHUP", None)  # Windows has no such signal
        self._before: Callable[[int, FrameType | None], object] | int | None = None

    def install(self) -> None:
        """Take the signal over; raises ValueError outside the main thread."""
        if self._number is not None:
            self._before = signal.signal(self._number, self._handle)

    def restore(self) -> None:
        """Give the signal back to what had it; does nothing outside the main thread."""
        if self._number is not None:
            with suppress(ValueError):
                signal.signal(self._number, self._before or signal.SIG_DFL)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._then()
        if callable(self._before):
            self._before(number, frame)

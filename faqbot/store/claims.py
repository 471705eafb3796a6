"""What this process has taken, known without a database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

__all__ = ["Claims"]

_MOST = 10_000


class Claims:
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

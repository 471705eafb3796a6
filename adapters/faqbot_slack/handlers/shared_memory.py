"""Memory of the handlers that replicas share: answers in threads, and flags of channels.

Each process has its own copy. Where the store is a database that replicas share, counts are written
behind the answers, and flags are read again when they are a second old.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock, Thread

from faqbot import SharedCount, SharedState
from faqbot_slack.expiring import ExpiringMap

# Seconds after which flags are read again. Chosen by hand: a mute holds everywhere within them.
FRESH_SECONDS = 1.0
# Seconds for which a flag is kept in the store: 30 years, until it is changed.
FLAG_SECONDS = 30 * 365 * 24 * 3600.0
# Flags in memory of a process; the oldest goes first. Chosen by hand.
_MOST_FLAGS = 10_000

MessageThread = tuple[str, str]
"""Channel and timestamp of the first message."""


class ThreadCounts:
    """Events by thread, such as answers, within *seconds* of the last one. Thread-safe."""

    def __init__(
        self,
        shared: SharedState,
        name: str,
        limit: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Count under *name*; this process remembers at most *limit* threads."""
        self._shared = shared
        self._name = name
        self._seconds = seconds
        self._own: ExpiringMap[MessageThread, int] = ExpiringMap(limit, seconds, clock)

    def add(self, thread: MessageThread) -> None:
        """Count an event in *thread*."""
        self._own.change(thread, lambda before: (before or 0) + 1)
        self._shared.counts.add(SharedCount(self._name, _key(thread), self._seconds))

    def total(self, thread: MessageThread) -> int:
        """Return the number of events; those of other processes are known after an own one."""
        known = self._shared.counts.total(self._name, _key(thread))
        return max(self._own.get(thread) or 0, known)

    def __contains__(self, thread: MessageThread) -> bool:
        """Return True if an event was counted in *thread*, by any process."""
        if self.total(thread):
            return True
        found = self._shared.total(self._name, _key(thread)) if self._shared.is_active else 0
        if found:
            self._own.put(thread, found)
        return bool(found)

    def __len__(self) -> int:
        """Return the number of threads in this process's memory."""
        return len(self._own)


def _key(thread: MessageThread) -> str:
    return ":".join(thread)


class AmbientPosts:
    """Ambient answers by the questions that they answer, for *seconds*, where replicas share the store.

    The replica that learns of a deleted question may not be the one that answered.
    """

    def __init__(self, shared: SharedState, name: str, seconds: float) -> None:
        """Keep the answers under *name*."""
        self._shared = shared
        self._name = name
        self._seconds = seconds

    def note(self, question: MessageThread, ts: str) -> None:
        """Note soon that the message *ts* answers the one of *question*.

        The caller is the event loop, so a thread waits for the database.
        """
        if self._shared.is_active:
            work = partial(self._write, _key(question), ts)
            Thread(target=work, name="faqbot-slack-ambient-post", daemon=True).start()

    def _write(self, key: str, ts: str) -> None:
        with suppress(ValueError):  # Slack's timestamps are numbers of six decimals
            self._shared.set_number(self._name, key, float(ts), seconds=self._seconds)

    def take(self, question: MessageThread) -> str:
        """Return the untaken message that answers *question*, "" without one."""
        found = self._shared.number(self._name, _key(question)) if self._shared.is_active else None
        if not found or not self._shared.set_number(self._name, _key(question), 0.0, seconds=1.0):
            return ""
        return f"{found:.6f}"


class ChannelFlags:
    """Flags of channels, such as mutes: set by any process, kept over a restart. Thread-safe."""

    def __init__(
        self, shared: SharedState, name: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Keep the flags under *name*."""
        self._shared = shared
        self._name = name
        self._clock = clock
        self._lock = Lock()
        self._read_at = -math.inf
        self._flags: ExpiringMap[str, bool] = ExpiringMap(_MOST_FLAGS, math.inf, clock)

    def get(self, channel: str) -> bool | None:
        """Return the flag of *channel*, None if never set."""
        self._refresh()
        return self._flags.get(channel)

    def put(self, channel: str, flag: bool) -> bool:  # noqa: FBT001 - a value
        """Set the flag of *channel*; False if only this process knows it."""
        self._flags.put(channel, flag)
        number = float(flag)
        return self._shared.set_number(self._name, channel, number, seconds=FLAG_SECONDS)

    def _refresh(self) -> None:
        with self._lock:
            now = self._clock()
            if now - self._read_at < FRESH_SECONDS:
                return
            self._read_at = now
        for channel, number in (self._shared.numbers(self._name) or {}).items():
            self._flags.put(channel, bool(number))

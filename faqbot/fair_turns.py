"""Fair turns: a bounded number of workers serves the keys in rotation."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

_Result = TypeVar("_Result")


class FairTurns:
    """At most *workers* turns at a time, given in rotation to the keys that wait.

    Within a key it is first come, first served. So work waits for one turn of each other key at most,
    however many wait under one of them. A key holds at most *most_of_a_key* turns at a time, None for
    no bound; the key "" has no bound. Not thread-safe: one event loop is the only user.
    """

    def __init__(self, workers: int, most_of_a_key: int | None = None) -> None:
        """Start with all *workers* free."""
        self._free = workers
        self._most = most_of_a_key
        self._held: Counter[str] = Counter()
        # While a worker is free, every key in here holds its most.
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait for a turn of *key*, and keep it during the block."""
        await self.begin(key)
        try:
            yield
        finally:
            self.end(key)

    async def begin(self, key: str) -> None:
        """Wait for a turn of *key*, which the caller passes to `end`; a cancelled wait has none."""
        if self._free and not self._has_most(key):
            self._take(key)
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self.end(key)  # the turn was given at the same moment
            raise

    def end(self, key: str) -> None:
        """End a turn of *key*, and give it to the next key that waits."""
        self._free += 1
        self._held[key] -= 1
        if not self._held[key]:
            del self._held[key]
        while self._free and (following := self._next_key()) is not None:
            self._give_to(following)

    def _has_most(self, key: str) -> bool:
        return bool(key) and self._most is not None and self._held[key] >= self._most

    def _take(self, key: str) -> None:
        self._free -= 1
        self._held[key] += 1

    def _next_key(self) -> str | None:
        """Return the key whose turn was longest ago of those that wait and may hold one more."""
        return next((key for key in self._waiting if not self._has_most(key)), None)

    def _give_to(self, key: str) -> None:
        """Give a turn to the first that waits under *key*, if any, and put the key last."""
        places = self._waiting[key]
        while places and places[0].done():  # cancelled
            places.popleft()
        if places:
            self._take(key)
            places.popleft().set_result(None)
        if places:
            self._waiting.move_to_end(key)
        else:
            del self._waiting[key]


class FairThreads:
    """At most *threads* threads, which run the work of the keys in rotation.

    *name* is the beginning of the names of the threads. The turns are those of `FairTurns`: one key
    holds at most *most_of_a_key* threads, None for no bound.
    """

    def __init__(self, threads: int, name: str, most_of_a_key: int | None = None) -> None:
        """Start no thread yet."""
        self._threads = threads
        self._name = name
        self._turns = FairTurns(threads, most_of_a_key)
        self._executor: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[], _Result], key: str = "") -> _Result:
        """Return the result of *work*, run in a thread at a turn of *key*.

        If the awaiting task is cancelled before that turn, *work* is not run. If it is cancelled later,
        the turn lasts until *work* ends, so that no thread has work behind it. Raises the errors of *work*.
        """
        await self._turns.begin(key)
        try:
            done = asyncio.get_running_loop().run_in_executor(self._running_executor(), work)
        except BaseException:
            self._turns.end(key)
            raise
        done.add_done_callback(lambda done: self._finish(done, key))
        return await asyncio.shield(done)

    def close(self) -> None:
        """End the threads when their work ends; other work starts new ones."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)

    def _finish(self, done: asyncio.Future[_Result], key: str) -> None:
        self._turns.end(key)
        if not done.cancelled():
            done.exception()  # a cancelled task takes no error, which asyncio would report

    def _running_executor(self) -> ThreadPoolExecutor:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._threads, self._name)
        return self._executor

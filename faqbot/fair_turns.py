"""Fair turns: a bounded number of workers serves keys in rotation."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

_Result = TypeVar("_Result")
_Item = TypeVar("_Item")


class _Rotation(Generic[_Item]):
    """Items that wait under keys, taken in rotation by free workers."""

    def __init__(
        self, workers: int, most_of_a_key: int | None, is_gone: Callable[[_Item], bool]
    ) -> None:
        self._free = workers
        self._most = most_of_a_key
        self._is_gone = is_gone
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[_Item]] = OrderedDict()

    def add(self, key: str, item: _Item) -> None:
        """Let *item* wait under *key*."""
        self._waiting.setdefault(key, deque()).append(item)

    def take(self) -> tuple[str, _Item] | None:
        """Take a worker for the next item; return the item with its key, None if none may begin.

        It is the first of the key whose turn was longest ago, without those that are gone.
        """
        while self._free:
            key = next((each for each in self._waiting if not self._has_most(each)), None)
            if key is None:
                return None
            if items := self._first_of(key):
                self._free -= 1
                self._held[key] += 1
                return key, items[0]
        return None

    def end(self, key: str) -> None:
        """Free the worker of an item of *key*."""
        self._free += 1
        self._held[key] -= 1
        if not self._held[key]:
            del self._held[key]

    def _has_most(self, key: str) -> bool:
        return bool(key) and self._most is not None and self._held[key] >= self._most

    def _first_of(self, key: str) -> list[_Item]:
        """Remove the first item of *key* that is not gone, and return it in a list; [] without one."""
        items = self._waiting[key]
        while items and self._is_gone(items[0]):
            items.popleft()
        first = [items.popleft()] if items else []
        if items:
            self._waiting.move_to_end(key)
        else:
            del self._waiting[key]
        return first


class FairTurns:
    """At most *workers* turns at a time, given in rotation to the keys that wait.

    Within a key it is first come, first served. So work waits for one turn of each other key at most,
    however many wait under one of them. A key holds at most *most_of_a_key* turns at a time, None for
    no bound; the key "" has no bound. Not thread-safe: one event loop is the only user.
    """

    def __init__(self, workers: int, most_of_a_key: int | None = None) -> None:
        """Start with all *workers* free."""
        self._places: _Rotation[asyncio.Future[None]] = _Rotation(
            workers, most_of_a_key, is_gone=asyncio.Future.done
        )

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
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._places.add(key, place)
        self._give()
        if place.done():
            return
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self.end(key)  # the turn was given at the same moment
            raise

    def end(self, key: str) -> None:
        """End a turn of *key*, and begin that of the next key."""
        self._places.end(key)
        self._give()

    def _give(self) -> None:
        while (taken := self._places.take()) is not None:
            taken[1].set_result(None)


@dataclass(frozen=True, slots=True)
class _Work(Generic[_Result]):
    """Function *work* for a thread, with the future *done*."""

    done: Future[_Result]
    work: Callable[[], _Result]

    def is_gone(self) -> bool:
        """Return True if the task was cancelled before it ran."""
        return self.done.cancelled()

    def __call__(self) -> None:
        """Run the function, and set its result or its error, unless the task was cancelled."""
        if not self.done.set_running_or_notify_cancel():
            return
        try:
            self.done.set_result(self.work())
        except BaseException as error:  # noqa: BLE001 - the task gets it
            self.done.set_exception(error)


class FairThreads:
    """At most *threads* threads, which run the work of the keys in rotation.

    *name* is the beginning of the names of the threads. The turns are as those of `FairTurns`: one key
    holds at most *most_of_a_key* threads, None for no bound. Thread-safe.
    """

    def __init__(self, threads: int, name: str, most_of_a_key: int | None = None) -> None:
        """Start no thread yet."""
        self._threads = threads
        self._name = name
        self._lock = Lock()
        self._works: _Rotation[_Work[Any]] = _Rotation(
            threads, most_of_a_key, is_gone=_Work.is_gone
        )
        self._executor: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[], _Result], key: str = "") -> _Result:
        """Return the result of *work*, run in a thread at a turn of *key*.

        If the awaiting task is cancelled before that turn, *work* is not run. If it is cancelled later,
        the turn lasts until *work* ends. Raises the errors of *work*.
        """
        done: Future[_Result] = Future()
        with self._lock:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(self._threads, self._name)
            self._works.add(key, _Work(done, work))
            self._executor.submit(self._serve)
        return await asyncio.wrap_future(done)

    def close(self) -> None:
        """End the threads after all work; new work starts new ones."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False)

    def _serve(self) -> None:
        """Run work until none may begin; a thread takes the next work without the event loop."""
        while (taken := self._take()) is not None:
            key, work = taken
            try:
                work()
            finally:
                with self._lock:
                    self._works.end(key)

    def _take(self) -> tuple[str, _Work[Any]] | None:
        with self._lock:
            return self._works.take()

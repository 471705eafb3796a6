"""Pool of the threads that answer, with fair turns for tenants."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

_Result = TypeVar("_Result")

# Threads that answer questions. Python runs one at a time, but the kernels of numpy run beside it.
# Chosen by measuring (benchmarks/README, "Web").
POOL_THREADS = 4
# Threads that one tenant may hold at once, so that its huge answers leave others some. Chosen by hand.
THREADS_PER_TENANT = POOL_THREADS // 2

_Work = Callable[[], None]


class AnswerPool:
    """Threads that take work of each tenant in turn, and of one tenant in its order.

    A tenant holds half of the threads at most; work without a tenant ("") may hold all.
    """

    def __init__(self) -> None:
        """Start no thread yet."""
        self._lock = Lock()
        self._waiting: OrderedDict[str, deque[_Work]] = OrderedDict()
        self._running: Counter[str] = Counter()
        self._executor: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[], _Result], tenant: str = "") -> _Result:
        """Return the result of *work* for *tenant*, run in a thread."""
        done: Future[_Result] = Future()
        with self._lock:
            if self._executor is None:  # an app that is mounted in another is not started
                self._executor = ThreadPoolExecutor(POOL_THREADS, "faqbot-answers")
            self._waiting.setdefault(tenant, deque()).append(lambda: _finish(done, work))
            self._executor.submit(self._serve)
        return await asyncio.wrap_future(done)

    def close(self) -> None:
        """Drop the work that waits, and end the threads; work starts them again."""
        with self._lock:
            executor, self._executor = self._executor, None
            self._waiting.clear()
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def _serve(self) -> None:
        """Run work until there is none that may run; a busy tenant's is left to its threads."""
        while (taken := self._take()) is not None:
            tenant, work = taken
            try:
                work()
            finally:
                with self._lock:
                    self._running[tenant] -= 1
                    self._running += Counter()  # drops tenants without work

    def _take(self) -> tuple[str, _Work] | None:
        """Take the next work of the tenant whose turn was longest ago."""
        with self._lock:
            for tenant, queue in self._waiting.items():
                if tenant and self._running[tenant] >= THREADS_PER_TENANT:
                    continue
                work = queue.popleft()
                if queue:
                    self._waiting.move_to_end(tenant)
                else:
                    del self._waiting[tenant]
                self._running[tenant] += 1
                return tenant, work
        return None


def _finish(done: Future[_Result], work: Callable[[], _Result]) -> None:
    """Run *work*, and set its result or exception in *done*, unless nobody waits for it any more."""
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001 - the sender gets it
        done.set_exception(error)

"""Keys take turns, whatever waits under one of them, and threads keep a turn until their work ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from threading import Event, Lock, current_thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot import FairThreads, FairTurns


class _Bench:
    """Workers that note the key of each turn, and hold it until they are let go."""

    def __init__(self, workers: int, most_of_a_key: int | None = None) -> None:
        self.turns = FairTurns(workers, most_of_a_key)
        self.taken: list[str] = []
        self.held: Counter[str] = Counter()
        self.free = asyncio.Semaphore(0)

    async def work(self, key: str) -> None:
        async with self.turns.turn(key):
            self.taken.append(key)
            self.held[key] += 1
            try:
                await self.free.acquire()
            finally:
                self.held[key] -= 1


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_a_flood_delays_another_key_by_one_turn() -> None:
    """Five thousand turns wait under one key; that of another key comes next."""

    async def run() -> None:
        bench = _Bench(1)
        flood = [asyncio.create_task(bench.work("C1")) for _ in range(5_000)]
        await _settle()
        other = asyncio.create_task(bench.work("C2"))
        await _settle()
        for _ in range(3):
            bench.free.release()
            await _settle()

        assert bench.taken[:3] in (["C1", "C1", "C2"], ["C1", "C2", "C1"])
        assert other.done()
        await _end(*flood)

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_place_that_is_cancelled_in_its_moment_blocks_nobody() -> None:
    """The turn was just given; it goes to the next that waits."""

    async def run() -> None:
        bench = _Bench(1)
        async with bench.turns.turn("C1"):
            second, third = (asyncio.create_task(bench.work(name)) for name in ("second", "third"))
            await _settle()
        second.cancel()
        await _settle()
        bench.free.release()
        await asyncio.wait({second, third}, timeout=5)

        assert bench.taken == ["third"]
        assert second.cancelled()

    asyncio.run(asyncio.wait_for(run(), 30))


@given(
    workers=st.integers(1, 3),
    most=st.none() | st.integers(1, 3),
    places=st.lists(st.tuples(st.sampled_from(["A", "B", "C", ""]), st.booleans()), max_size=20),
)
def test_every_place_gets_its_turn(
    workers: int, most: int | None, places: list[tuple[str, bool]]
) -> None:
    """However many wait and give up, all others are served, within the bounds."""

    async def run() -> None:
        bench = _Bench(workers, most)
        tasks = [asyncio.create_task(bench.work(key)) for key, _ in places]
        await _settle()
        for task, (_, cancelled) in zip(tasks, places, strict=True):
            if cancelled:
                task.cancel()
        for _ in places:
            await _settle()
            assert bench.held.total() <= workers
            assert all(most is None or not key or n <= most for key, n in bench.held.items())
            bench.free.release()
        await _settle()
        assert all(task.done() for task in tasks)
        assert [task.cancelled() for task in tasks] == [cancelled for _, cancelled in places]
        again = [asyncio.create_task(bench.turns.begin("")) for _ in range(workers)]
        await _settle()
        assert all(task.done() for task in again)  # all workers are free again

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_key_holds_its_most_while_workers_are_free() -> None:
    """The third turn of a key waits beside two free workers; another key takes one at once."""

    async def run() -> None:
        bench = _Bench(4, 2)
        tasks = [asyncio.create_task(bench.work(key)) for key in ("acme", "acme", "acme", "globex")]
        await _settle()

        assert bench.taken == ["acme", "acme", "globex"]
        await _end(*tasks)

    asyncio.run(asyncio.wait_for(run(), 30))


def test_work_without_a_key_holds_all_workers() -> None:
    """The bound is that of a key: a service without tenants uses every thread."""

    async def run() -> None:
        bench = _Bench(4, 2)
        tasks = [asyncio.create_task(bench.work("")) for _ in range(4)]
        await _settle()

        assert bench.taken == ["", "", "", ""]
        await _end(*tasks)

    asyncio.run(asyncio.wait_for(run(), 30))


def test_threads_serve_the_keys_in_turn() -> None:
    """Work of a key is done before the rest of another's queue, and half of the threads stay free."""

    async def run() -> None:
        threads, gate, order = FairThreads(4, "test", 2), Event(), list[str]()
        lock, running = Lock(), Counter[str]()

        def hold() -> None:
            with lock:
                running["acme"] += 1
            assert gate.wait(30)

        flood = [asyncio.ensure_future(threads.run(hold, "acme")) for _ in range(20)]
        for number in range(3):
            await threads.run(lambda number=number: order.append(f"globex {number}"), "globex")
        most = running["acme"]
        gate.set()
        await asyncio.gather(*flood)
        threads.close()

        assert order == ["globex 0", "globex 1", "globex 2"]
        assert most <= 2

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_cancelled_task_keeps_its_turn_until_the_thread_is_free() -> None:
    """Its work still runs, so a key with a bound of one thread gets no other one."""

    async def run() -> None:
        threads, started, gate, ended = FairThreads(2, "test", 1), Event(), Event(), Event()

        def hold() -> None:
            started.set()
            assert gate.wait(30)
            ended.set()

        first = asyncio.ensure_future(threads.run(hold, "A"))
        await asyncio.to_thread(started.wait, 30)
        first.cancel()
        await _settle()
        assert first.cancelled()
        second = asyncio.ensure_future(threads.run(ended.is_set, "A"))
        for _ in range(3):
            await threads.run(current_thread, "B")
        assert not second.done()
        gate.set()

        assert await second
        threads.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_work_that_is_cancelled_before_its_turn_is_not_run() -> None:
    """Nobody waits for its result."""

    async def run() -> None:
        threads, started, gate, done = FairThreads(1, "test"), Event(), Event(), list[str]()

        def hold() -> None:
            started.set()
            assert gate.wait(30)

        first = asyncio.ensure_future(threads.run(hold))
        await asyncio.to_thread(started.wait, 30)
        second = asyncio.ensure_future(threads.run(lambda: done.append("second")))
        await _settle()
        second.cancel()
        await _settle()  # the cancellation reaches the work before the thread is free
        gate.set()
        await first
        await threads.run(lambda: done.append("third"))
        threads.close()

        assert done == ["third"]

    asyncio.run(asyncio.wait_for(run(), 30))


def test_an_error_of_the_work_reaches_its_task_and_ends_the_turn() -> None:
    """The one thread is free for the next."""

    async def run() -> None:
        threads = FairThreads(1, "test")

        def fail() -> None:
            raise LookupError("gone")

        with pytest.raises(LookupError, match="gone"):
            await threads.run(fail)
        assert await asyncio.wait_for(threads.run(lambda: current_thread().name), 5) == "test_0"
        threads.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_an_error_of_work_whose_task_was_cancelled_is_not_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The event loop logs no exception that was never retrieved."""

    async def run() -> None:
        threads, started, gate = FairThreads(1, "test"), Event(), Event()

        def fail() -> None:
            started.set()
            assert gate.wait(30)
            raise LookupError("gone")

        first = asyncio.ensure_future(threads.run(fail))
        await asyncio.to_thread(started.wait, 30)
        first.cancel()
        gate.set()
        assert await threads.run(lambda: 1) == 1
        threads.close()

    asyncio.run(asyncio.wait_for(run(), 30), debug=True)
    assert not [record for record in caplog.records if "never retrieved" in record.getMessage()]


def test_closed_threads_start_again_with_other_work() -> None:
    """An app that is started twice answers both times."""

    async def run() -> None:
        threads = FairThreads(2, "test")
        threads.close()
        assert await threads.run(lambda: 1) == 1
        threads.close()
        assert await threads.run(lambda: 2) == 2
        threads.close()

    asyncio.run(asyncio.wait_for(run(), 30))

"""Channels take turns, whatever waits in one of them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.transport.fair_turns import FairTurns

pytestmark = pytest.mark.usefixtures("needs_slack")


class _Bench:
    """Workers that note the channel of each turn, and hold it until they are let go."""

    def __init__(self, workers: int) -> None:
        self.turns = FairTurns(workers)
        self.taken: list[str] = []
        self.free = asyncio.Semaphore(0)

    async def work(self, channel: str) -> None:
        async with self.turns.turn(channel):
            self.taken.append(channel)
            await self.free.acquire()


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_flood_delays_another_channel_by_one_turn(runner: asyncio.Runner) -> None:
    """Five thousand questions wait in one channel; that of another channel comes next."""
    del runner
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
    for task in flood:
        task.cancel()
    await asyncio.gather(*flood, return_exceptions=True)


async def test_a_place_that_is_cancelled_in_its_moment_blocks_nobody(
    runner: asyncio.Runner,
) -> None:
    """The turn was just given; it goes to the next that waits."""
    del runner
    bench = _Bench(1)
    async with bench.turns.turn("C1"):
        second, third = (asyncio.create_task(bench.work(name)) for name in ("second", "third"))
        await _settle()
    second.cancel()
    await _settle()
    bench.free.release()
    await asyncio.wait({second, third})

    assert bench.taken == ["third"]
    assert second.cancelled()


@given(
    workers=st.integers(1, 3),
    places=st.lists(st.tuples(st.sampled_from("ABC"), st.booleans()), max_size=20),
)
def test_every_place_gets_its_turn(workers: int, places: list[tuple[str, bool]]) -> None:
    """However many wait and give up, all others are served, at most so many at a time."""

    async def run() -> None:
        bench = _Bench(workers)
        tasks = [asyncio.create_task(bench.work(channel)) for channel, _ in places]
        await _settle()
        for task, (_, cancelled) in zip(tasks, places, strict=True):
            if cancelled:
                task.cancel()
        for _ in places:
            await _settle()
            bench.free.release()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert [isinstance(each, asyncio.CancelledError) for each in done] == [
            cancelled for _, cancelled in places
        ]
        async with bench.turns.turn("D"):  # a worker is free again
            pass

    asyncio.run(run())

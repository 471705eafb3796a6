"""A message a second to each channel, without one channel waiting for another."""

from __future__ import annotations

import asyncio

import pytest

from faqbot_slack.transport.web_api import Pace

pytestmark = pytest.mark.usefixtures("needs_slack", "runner")


async def _no_time(seconds: float) -> None:
    _slept.append(seconds)
    await asyncio.sleep(0)


_slept: list[float] = []


@pytest.fixture(autouse=True)
def _awake() -> None:
    _slept.clear()


async def _take(pace: Pace, channel: str, order: list[str], name: str) -> None:
    async with pace.turn(channel):
        order.append(name)


async def test_turns_come_in_order_and_apart(runner: asyncio.Runner) -> None:
    """The first waits for nothing, the others a second after the one before, as they came."""
    del runner
    pace, order = Pace(1.0, _no_time), list[str]()

    await asyncio.gather(*(_take(pace, "C1", order, name) for name in "abc"))

    assert order == ["a", "b", "c"]
    assert _slept[0] == 0
    assert all(0.5 < pause <= 1.0 for pause in _slept[1:])


async def test_channels_do_not_wait_for_each_other(runner: asyncio.Runner) -> None:
    """While one channel's turn is taken, another's is free."""
    del runner
    pace, order = Pace(1.0, _no_time), list[str]()

    async with pace.turn("C1"):
        await _take(pace, "C2", order, "b")

    assert order == ["b"]
    assert _slept == [0, 0]


async def test_failed_turn_is_given_back(runner: asyncio.Runner) -> None:
    """An error in a turn leaves the channel open for the next."""
    del runner
    pace, order = Pace(0.0, _no_time), list[str]()
    with pytest.raises(ValueError, match="lost"):
        async with pace.turn("C1"):
            raise ValueError("lost")

    await _take(pace, "C1", order, "b")

    assert order == ["b"]


async def test_quiet_channels_are_forgotten(runner: asyncio.Runner) -> None:
    """A channel that is done takes no memory."""
    del runner
    pace = Pace(0.0, _no_time)
    for number in range(50):
        await _take(pace, f"C{number}", [], "")

    assert len(pace._lanes) == 0


async def test_last_ones_keep_no_pace(runner: asyncio.Runner) -> None:
    """When the bot is about to end, those that wait get their turns at once."""
    del runner
    pace, order = Pace(1000.0, _no_time), list[str]()
    pace.hurry()

    await asyncio.gather(*(_take(pace, "C1", order, name) for name in "abc"))

    assert order == ["a", "b", "c"]
    assert max(_slept) == 0

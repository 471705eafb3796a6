"""Threads that dispatchers share: few, fair among them, and not those of one that ends."""

from __future__ import annotations

import asyncio
from threading import Event, current_thread
from typing import TYPE_CHECKING

import pytest

from faqbot_slack.events.types import Message
from faqbot_slack.rendering.calls import NOTHING
from faqbot_slack.transport.handler_threads import POOL_THREADS, HandlerThreads

if TYPE_CHECKING:
    from faqbot_slack.rendering.calls import Plan

pytestmark = pytest.mark.usefixtures("needs_slack")


def _message(number: int) -> Message:
    return Message(f"U{number}", "T1", f"C{number}", (f"k{number}",), text="hi", ts="1.0")


class _Quiet:
    """Executor that makes no call."""

    def __init__(self) -> None:
        self.made: list[object] = []

    async def run(self, *arguments: object) -> None:
        """Note the calls."""
        self.made.append(arguments)

    def disable_rate_limit(self) -> None:
        """Do nothing."""

    def leave_rest(self) -> None:
        """Do nothing."""


async def test_many_dispatchers_share_few_threads(runner: asyncio.Runner) -> None:
    """Thirty workspaces at work need four threads for their questions."""
    del runner
    from faqbot_slack.transport.dispatcher import Dispatcher

    shared, used = HandlerThreads(), set()
    dispatchers = [Dispatcher(_Quiet(), None, shared) for _ in range(30)]  # type: ignore[arg-type]

    def handle(_: Message) -> Plan:
        used.add(current_thread().name)
        return NOTHING

    await asyncio.gather(*(each.handle(_message(n), handle) for n, each in enumerate(dispatchers)))
    for each in dispatchers:
        assert await each.drain(5.0) == 0
    assert 1 <= len(used) <= POOL_THREADS
    shared.close()


async def test_a_flood_in_one_does_not_delay_another(runner: asyncio.Runner) -> None:
    """Of two hundred waiting questions of one workspace at most a few come before one of another."""
    del runner
    from faqbot_slack.transport.dispatcher import Dispatcher

    shared, started, order = HandlerThreads(), Event(), []
    flooded, other = (Dispatcher(_Quiet(), None, shared) for _ in range(2))  # type: ignore[arg-type]

    def handle(message: Message) -> Plan:
        assert started.wait(30)
        order.append(message.channel)
        return NOTHING

    for number in range(200):
        await flooded.handle(_message(number), handle)
    await other.handle(_message(999), handle)
    for _ in range(10):
        await asyncio.sleep(0)  # every question waits for its turn now
    started.set()
    assert await flooded.drain(30.0) == 0
    assert await other.drain(30.0) == 0
    shared.close()

    assert len(order) == 201
    assert order.index("C999") <= 3 * POOL_THREADS


async def test_the_end_of_one_leaves_the_threads(runner: asyncio.Runner) -> None:
    """A workspace that is closed takes no threads from the others."""
    del runner
    from faqbot_slack.transport.dispatcher import Dispatcher

    shared, handled = HandlerThreads(), []
    one, other = (Dispatcher(_Quiet(), None, shared) for _ in range(2))  # type: ignore[arg-type]

    def handle(message: Message) -> Plan:
        handled.append(message.channel)
        return NOTHING

    await one.drain(0.0)
    await other.handle(_message(1), handle)
    assert await other.drain(5.0) == 0
    assert handled == ["C1"]
    shared.close()

"""One message a second to each channel, which is what Slack allows; channels do not wait for others."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

__all__ = ["Pace"]


class Pace:
    """Hands out turns, first come, first served, and *seconds* apart within a channel."""

    def __init__(
        self, seconds: float = 1.0, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Keep *seconds* from the end of one turn to the start of the next."""
        self._seconds = seconds
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait for a turn in *channel* and keep it for the block."""
        lane = self._lanes.setdefault(channel, _Lane())
        lane.waiting += 1
        try:
            async with lane.lock:
                await self._sleep(max(0.0, lane.free_at - _now()))
                try:
                    yield
                finally:
                    lane.free_at = _now() + self._seconds
        finally:
            lane.waiting -= 1
            self._forget_idle()

    def hurry(self) -> None:
        """Keep no pace from now on: there is no time left, and Slack lets a short burst pass."""
        self._seconds = 0.0

    def _forget_idle(self) -> None:
        """Drop the channels that nobody waits for and that are free, so that a long life costs nothing."""
        now = _now()
        idle = [
            name for name, lane in self._lanes.items() if not lane.waiting and lane.free_at <= now
        ]
        for name in idle:
            del self._lanes[name]


class _Lane:
    """One channel: who has the turn, how many want it, and from when on it is free."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.free_at = 0.0


def _now() -> float:
    return asyncio.get_running_loop().time()

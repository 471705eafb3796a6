"""Fair turns: a bounded number of workers serves the channels in rotation."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class FairTurns:
    """Gives at most *workers* turns at a time, to the channels that wait in rotation.

    Within a channel it is first come, first served. So a question waits for one question of each
    other channel at most, however many wait in one of them.
    """

    def __init__(self, workers: int) -> None:
        """Start with all *workers* free."""
        self._free = workers
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait for a turn of *channel*, and keep it during the block."""
        await self._acquire(channel)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, channel: str) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(channel, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._release()  # the turn was given at the same moment
            raise

    def _release(self) -> None:
        """Give the turn to the next channel, or keep it free."""
        while self._waiting:
            if self._give_to(next(iter(self._waiting))):
                return
        self._free += 1

    def _give_to(self, channel: str) -> bool:
        """Give a turn to *channel*, which becomes the last; return False if nobody waits there."""
        places = self._waiting[channel]
        while places:
            place = places.popleft()
            if not place.done():
                self._waiting.move_to_end(channel)
                if not places:
                    del self._waiting[channel]
                place.set_result(None)
                return True
        del self._waiting[channel]
        return False

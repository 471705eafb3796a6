"""Waiting for something to hold, woken by each change instead of by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

_Found = TypeVar("_Found")


class Changes:
    """Tells those who wait that something changed."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._changed = asyncio.Event()

    def notify(self) -> None:
        """Let everybody who waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self, holds: Callable[[], _Found], seconds: float) -> _Found:
        """Return what *holds* returns as soon as that is true; TimeoutError after *seconds*."""
        async with asyncio.timeout(seconds):
            while not (found := holds()):
                await self._changed.wait()
        return found

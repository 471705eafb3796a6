"""Probe of the store and of the served version, for readiness."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faqbot import Bot, Store

# Seconds that a probe may take. Chosen by hand: operators wait for five.
_PROBE_SECONDS = 2.0


class StoreProbe:
    """Check that the store takes records, shared by many requests.

    A newer published version that *bot* cannot serve is a fault, too.
    """

    def __init__(self, store: Store, bot: Bot) -> None:
        """Ask *store*, not before the first call."""
        self._store = store
        self._bot = bot
        self._asked: asyncio.Task[bool] | None = None

    async def __call__(self) -> str:
        """Return "" if the store takes records and the version is current, else a few words."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(asyncio.to_thread(self._store.prepare))
        with suppress(TimeoutError):
            if await asyncio.wait_for(asyncio.shield(self._asked), _PROBE_SECONDS):
                return self._bot.outdated
        return "the store is out of order"

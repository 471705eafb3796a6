"""Knowledge bases of several workspaces: one bot for each base that the settings name."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Self

from faqbot import Bot, FaqbotError, Reloader

if TYPE_CHECKING:
    from collections.abc import Iterable

_log = logging.getLogger("faqbot.slack")


class KnowledgeBases:
    """Bots by the path of their knowledge base; workspaces with the same base share a bot.

    An asynchronous context manager, to be used in the main thread: bases are read again at SIGHUP where
    the default one is.
    """

    def __init__(self, default: Bot) -> None:
        """Start with *default*, the bot of workspaces without a base of their own."""
        self._default = default
        self._bots: dict[str, Bot] = {"": default}
        self._reloaders: list[Reloader] = []

    async def __aenter__(self) -> Self:
        """Return the knowledge bases."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop reading bases again."""
        for reloader in reversed(self._reloaders):
            await asyncio.to_thread(reloader.stop)

    async def open_all(self, paths: Iterable[str]) -> None:
        """Open the base at each of *paths*; a fault is logged, and the other bases are opened."""
        for path in dict.fromkeys(paths):
            try:
                await self.of(path)
            except FaqbotError as error:
                _log.error("A knowledge base cannot be used: %s", error)

    async def of(self, path: str) -> Bot:
        """Return the bot of the base at *path*, "" for the default; raises the errors of `Bot`."""
        if path not in self._bots:
            encoder = self._default.encoder or "none"
            bot = await asyncio.to_thread(Bot.from_file, path, encoder)
            self._bots.setdefault(path, bot)
            self._reload_at_hangup(path)
        return self._bots[path]

    def _reload_at_hangup(self, path: str) -> None:
        number = getattr(signal, "SIGHUP", None)  # Windows has no such signal
        if number is None or not callable(signal.getsignal(number)):
            return
        encoder = self._default.encoder or "none"
        reloader = Reloader(self._bots[path], path, encoder, watch=False, hangup=True)
        reloader.start()
        self._reloaders.append(reloader)

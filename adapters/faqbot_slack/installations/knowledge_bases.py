"""Knowledge bases of several workspaces: one bot for each base that the settings name."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Self

from faqbot import Bot, FaqbotError, Reloader, open_published

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faqbot import Encoder

_log = logging.getLogger("faqbot.slack")


class KnowledgeBases:
    """Bots by the path or URL of their knowledge base; workspaces with the same base share a bot.

    An asynchronous context manager, to be used in the main thread: bases are read again at SIGHUP where
    the default one is. New versions of published bases are picked up.
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
        """Return the bot of the base at *path*, a path or URL, "" for the default.

        Raises the errors of `Bot.from_file`, or of `open_published`.
        """
        if path not in self._bots:
            encoder = self._default.encoder or "none"
            bot = await asyncio.to_thread(_open, path, encoder)
            if path not in self._bots:  # another request may have opened it meanwhile
                self._bots[path] = bot
                self._follow(path, encoder)
        return self._bots[path]

    def _follow(self, path: str, encoder: str | Encoder) -> None:
        """Read the base at *path* again at SIGHUP, and a published one at each new version."""
        number = getattr(signal, "SIGHUP", None)  # Windows has no such signal
        hangup = number is not None and callable(signal.getsignal(number))
        if not hangup and not _is_published(path):
            return
        reloader = Reloader(self._bots[path], path, encoder, watch=False, hangup=hangup)
        reloader.start()
        self._reloaders.append(reloader)


def _is_published(path: str) -> bool:
    return "://" in path


def _open(path: str, encoder: str | Encoder) -> Bot:
    if _is_published(path):
        return open_published(path, encoder=encoder)
    return Bot.from_file(path, encoder)

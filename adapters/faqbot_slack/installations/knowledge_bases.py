"""Knowledge bases of workspaces: by settings, by id, or the default."""

from __future__ import annotations

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Self

from faqbot import Bot, FaqbotError, Reloader, TenantError, is_address, open_published, open_tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from faqbot import Tenants

_log = logging.getLogger("faqbot.slack")

# Knowledge bases that are opened at a time. Chosen by hand: building an index takes a core.
OPENING_THREADS = 2


class KnowledgeBases:
    """Bots of workspaces, shared by those with the same base.

    An asynchronous context manager, to be used in the main thread: bases that the settings name are read
    again at SIGHUP where the default one is. Those of *tenants* are read again when they change.
    """

    def __init__(self, default: Bot, tenants: str = "") -> None:
        """Start with *default*, for workspaces without their own base.

        *tenants* is a folder, or the address of published bases, with a base under the id of a workspace;
        "" for none. Raises the errors of `open_tenants`.
        """
        self.default = default
        self._bots: dict[str, Bot] = {}
        self._reloaders: list[Reloader] = []
        self._threads = ThreadPoolExecutor(OPENING_THREADS, "faqbot-slack-bases")
        self._tenants: Tenants | None = (
            open_tenants(tenants, default.encoder_name) if tenants else None
        )

    async def __aenter__(self) -> Self:
        """Return the knowledge bases."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop reading bases again."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reloader in reversed(self._reloaders):
            await asyncio.to_thread(reloader.stop)
        if self._tenants is not None:
            await asyncio.to_thread(self._tenants.close)

    async def open_named(self, paths: Iterable[str]) -> None:
        """Open the base at each of *paths*; log a fault, and open the others."""
        for path in sorted({*paths} - {""}):
            try:
                await self._named(path)
            except FaqbotError as error:
                _log.error("A knowledge base cannot be used: %s", error)

    async def of(self, workspace: str, path: str) -> Bot:
        """Return the bot of the base at *path*; if that is "", of the one under the id *workspace*.

        The default bot is the last choice. Raises the errors of `Bot.from_file`, and of `open_published`
        for a published base.
        """
        if path:
            return await self._named(path)
        if self._tenants is None:
            return self.default
        try:
            if (known := self._tenants.get(workspace)) is not None:
                return known
            return await self._in_thread(partial(self._tenants.open, workspace))
        except TenantError:
            return self.default

    async def _named(self, path: str) -> Bot:
        if path not in self._bots:
            encoder = self.default.encoder or "none"
            opening = open_published if is_address(path) else Bot.from_file
            made = await self._in_thread(partial(opening, path, encoder=encoder))
            if self._bots.setdefault(path, made) is made:
                self._keep_up_to_date(path)
        return self._bots[path]

    async def _in_thread(self, opening: Callable[[], Bot]) -> Bot:
        """Open a base in a separate thread, as indexes take long."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, opening)

    def _keep_up_to_date(self, path: str) -> None:
        """Adopt new versions of a published base, and read files again at SIGHUP."""
        number = getattr(signal, "SIGHUP", None)  # Windows has no such signal
        hangup = number is not None and callable(signal.getsignal(number))
        if not hangup and not is_address(path):
            return
        encoder = self.default.encoder or "none"
        reloader = Reloader(self._bots[path], path, encoder, watch=False, hangup=hangup)
        reloader.start()
        self._reloaders.append(reloader)

"""Threads in which handlers run, shared by the dispatchers of all workspaces."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from faqbot_slack.transport.fair_turns import FairTurns

if TYPE_CHECKING:
    from collections.abc import Callable

    from faqbot_slack.rendering.calls import Plan

# Threads of each of the two pools. Chosen by hand: matching holds the interpreter lock anyway.
POOL_THREADS = 4


class HandlerThreads:
    """Two pools of threads, which serve the dispatchers in rotation.

    Commands, forms and buttons have a pool of their own, which slow questions do not fill. So the
    number of threads does not grow with the workspaces, and a flood in one does not delay the others.
    """

    def __init__(self) -> None:
        """Start no thread yet."""
        names = {False: "faqbot-slack-questions", True: "faqbot-slack-interactive"}
        self._turns = {kind: FairTurns(POOL_THREADS) for kind in names}
        self._pools = {kind: ThreadPoolExecutor(POOL_THREADS, names[kind]) for kind in names}

    async def run(self, dispatcher: str, work: Callable[[], Plan], *, interactive: bool) -> Plan:
        """Return the result of *work*, run in a thread when it is the turn of *dispatcher*."""
        async with self._turns[interactive].turn(dispatcher):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pools[interactive], work)

    def shut_down(self) -> None:
        """Start no other work; work under way ends."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

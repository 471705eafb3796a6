"""Threads in which handlers run, shared by the dispatchers of all workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot import FairThreads

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
        self._questions = FairThreads(POOL_THREADS, "faqbot-slack-questions")
        self._interactive = FairThreads(POOL_THREADS, "faqbot-slack-interactive")

    async def run(self, dispatcher: str, work: Callable[[], Plan], *, interactive: bool) -> Plan:
        """Return the result of *work*, run in a thread in the turn of *dispatcher*."""
        threads = self._interactive if interactive else self._questions
        return await threads.run(work, dispatcher)

    def close(self) -> None:
        """End the threads when their work ends."""
        self._questions.close()
        self._interactive.close()

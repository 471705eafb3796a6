"""Takes what Slack sends, once each: acknowledges it in time, has it planned, and has the plan done."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, cast

from faqbot_slack.events.types import (
    Command,
    HomeOpened,
    Ignored,
    Message,
    MessageDeleted,
    Submission,
)
from faqbot_slack.rendering.calls import NOTHING, Call
from faqbot_slack.transport.executor import apology_plan, new_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from faqbot import Store
    from faqbot_slack.events.types import Request
    from faqbot_slack.rendering.calls import Plan
    from faqbot_slack.transport.executor import Executor

__all__ = ["Planner", "Reception"]

_log = logging.getLogger("faqbot.slack")

_CLAIM_SECONDS = 15 * 60.0  # Slack delivers again after at most five minutes, and a little
_ACK_SECONDS = 2.5  # of the three that Slack gives
_THINKING_SECONDS = 1.0
_SENDING_SECONDS = 0.05
_REMEMBERED = 10_000
_ACKS_REMEMBERED = 100
_AT_ONCE = 4


class Planner(Protocol):
    """Works out what to do about a request; called in threads, several at a time."""

    def plan(self, request: Request) -> Plan:
        """Return the plan for *request*."""


class Reception:
    """Meets every request exactly once, and never fails.

    What a person waits for with a form open (commands, forms, buttons) is planned in threads of its
    own, so that questions that take long do not keep it waiting.
    """

    def __init__(
        self,
        read: Callable[[Mapping[str, Any]], Request],
        planner: Planner,
        executor: Executor,
        store: Store | None = None,
    ) -> None:
        """Plan what *read* makes of a body with *planner*; *store* keeps other processes from it too."""
        self._read = read
        self._planner = planner
        self._executor = executor
        self._store = store
        self._seen = _Recent(_REMEMBERED)
        self._acks = _Recent(_ACKS_REMEMBERED)
        self._due: set[asyncio.Task[Any]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._last: dict[tuple[bool, str], asyncio.Task[Plan]] = {}
        self._prompt = ThreadPoolExecutor(_AT_ONCE, "faqbot-slack-prompt")
        self._patient = ThreadPoolExecutor(_AT_ONCE, "faqbot-slack-patient")

    async def receive(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take the *body* that Slack sent and return that of its acknowledgement, {} for an empty one.

        Returns within the three seconds that Slack gives; what is left to do goes on behind it.
        """
        request = self._read(body)
        if isinstance(request, Ignored):
            _log.debug("Ignored what Slack sent: %s.", request.reason)
            return {}
        answers_in_ack = isinstance(request, Command | Submission)
        planned = self._acks.find(request.keys)
        if planned is None and self._seen.is_first(request.keys):
            planned = self._in_turn(request)
            self._start(self._carry_out(request, planned))
            if answers_in_ack:
                self._acks.keep(request.keys, planned)
        if planned is None or not answers_in_ack:
            return {}
        due = self._start(self._acknowledgement(request, planned))
        self._due.add(due)
        due.add_done_callback(self._due.discard)
        return cast("Mapping[str, Any]", await due)

    async def acknowledge_all(self) -> None:
        """Return once nobody waits for an acknowledgement any more; within three seconds.

        It is sent over the connection, so this comes before that is closed.
        """
        while self._due:
            await asyncio.wait(self._due)
            await asyncio.sleep(_SENDING_SECONDS)

    async def drain(self, seconds: float) -> int:
        """Wait at most so long until all is done; end what is not, and return how many that were."""
        self._executor.hurry()
        deadline = asyncio.get_running_loop().time() + seconds
        while self._tasks and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        undone = list(self._tasks)
        for task in undone:
            task.cancel()
        await asyncio.gather(*undone, return_exceptions=True)
        for pool in (self._prompt, self._patient):
            pool.shutdown(wait=False, cancel_futures=True)
        return len(undone)

    @property
    def at_work(self) -> int:
        """How many tasks are under way."""
        return len(self._tasks)

    def _in_turn(self, request: Request) -> asyncio.Task[Plan]:
        """Start to plan *request*, behind what the same person sent before: the last press counts."""
        key = (_is_waited_for(request), request.person)
        planned = self._start(self._planned(request, self._last.get(key)))
        if request.person:
            self._last[key] = planned
            planned.add_done_callback(lambda done: self._forget(key, done))
        return planned

    def _forget(self, key: tuple[bool, str], done: asyncio.Task[Plan]) -> None:
        if self._last.get(key) is done:
            del self._last[key]

    async def _planned(self, request: Request, before: asyncio.Task[Plan] | None) -> Plan:
        if before is not None:
            await asyncio.wait({before})
        pool = self._prompt if _is_waited_for(request) else self._patient
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(pool, self._plan, request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person is told
            reference = new_reference()
            # No traceback: it, like the message, may hold what the person said.
            _log.error(
                "Planning failed with %s, at %s. Reference %s.",
                type(error).__name__,
                _place(error),
                reference,
            )
            return apology_plan(request, reference)

    def _plan(self, request: Request) -> Plan:
        """Plan *request* unless another process has; one after the other as they came, in a thread."""
        store = self._store
        if store is not None and not all(
            store.claim(key, seconds=_CLAIM_SECONDS) for key in request.keys
        ):
            return NOTHING
        return self._planner.plan(request)

    async def _carry_out(self, request: Request, planned: asyncio.Task[Plan]) -> None:
        done, _ = await asyncio.wait({planned}, timeout=_THINKING_SECONDS)
        if not done and (status := _status(request)):
            await self._executor.attempt(status)
        plan = await planned
        await self._executor.run(plan.calls, request)

    async def _acknowledgement(
        self, request: Request, planned: asyncio.Task[Plan]
    ) -> Mapping[str, Any]:
        done, _ = await asyncio.wait({planned}, timeout=_ACK_SECONDS)
        if done:
            return planned.result().ack
        if isinstance(request, Command) and request.response_url:
            self._start(self._answer_late(request, planned))
        else:
            _log.warning("A form was acknowledged before it was worked out, for want of time.")
        return {}

    async def _answer_late(self, request: Command, planned: asyncio.Task[Plan]) -> None:
        """Send what was to be the acknowledgement to the response_url."""
        plan = await planned
        if plan.ack:
            await self._executor.run((Call("response", plan.ack, request.response_url),), request)

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class _Recent:
    """The last so many keys, and what is kept under them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, asyncio.Task[Plan] | None] = OrderedDict()

    def find(self, keys: tuple[str, ...]) -> asyncio.Task[Plan] | None:
        return next((task for key in keys if (task := self._kept.get(key))), None)

    def is_first(self, keys: tuple[str, ...]) -> bool:
        """Tell whether none of *keys* was here, and keep them all: twins share but one."""
        known = any(key in self._kept for key in keys)
        self.keep(keys, None)
        return not known

    def keep(self, keys: tuple[str, ...], task: asyncio.Task[Plan] | None) -> None:
        for key in keys:
            self._kept[key] = task
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)


def _is_waited_for(request: Request) -> bool:
    return not isinstance(request, Message | MessageDeleted | HomeOpened)


def _status(request: Request) -> Call | None:
    """Return the call that shows that the bot is at work, for a person who asked it."""
    if not (isinstance(request, Message) and (request.mentioned or request.direct)):
        return None
    where = {"channel_id": request.channel, "thread_ts": request.thread or request.ts}
    return Call("assistant.threads.setStatus", {**where, "status": "is looking it up…"})


def _place(error: BaseException) -> str:
    """Return the file and line that *error* comes from, which hold nothing that anybody said."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return "an unknown place"
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"

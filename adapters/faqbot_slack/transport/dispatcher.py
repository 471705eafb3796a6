"""Deduplication, order per person, acknowledgement and execution of requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

from faqbot_slack.events.types import (
    HomeOpened,
    Message,
    MessageDeleted,
    SlashCommand,
    ViewSubmission,
)
from faqbot_slack.expiring import ExpiringMap
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.transport.executor import error_plan, new_reference

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from faqbot import Store
    from faqbot_slack.events.types import Request
    from faqbot_slack.transport.executor import Executor

_log = logging.getLogger("faqbot.slack")

Handler = Callable[[Any], Plan]
"""Function that returns the plan for one kind of request; called in threads, several at a time."""

# Seconds that a request's keys stay known. Slack redelivers for at most five minutes.
CLAIM_SECONDS = 15 * 60.0
# Seconds until a slow command is acknowledged without its answer. Slack waits three seconds.
ACK_SECONDS = 2.5
# Seconds until a person sees that the bot is at work. Chosen by hand.
STATUS_SECONDS = 1.0
# Seconds that the connection gets to send an acknowledgement. Chosen by hand; Bolt polls every 0.01 s.
SENDING_SECONDS = 0.05
# Request keys that are remembered. Chosen by hand: some 15 minutes of the busiest workspaces.
MAX_KEYS = 10_000
# Acknowledgements that are kept for redelivered commands and forms. Chosen by hand.
MAX_ACKNOWLEDGEMENTS = 100
# Threads of each of the two pools. Chosen by hand: matching holds the interpreter lock anyway.
POOL_THREADS = 4

Acknowledgement = asyncio.Future["Mapping[str, Any]"]


class Dispatcher:
    """Runs the handler of each request once, in order per person, and makes the calls of its plan.

    Commands, forms and buttons have a thread pool of their own: a person waits for them with a form
    open, so slow questions must not delay them. Never raises.
    """

    def __init__(self, executor: Executor, store: Store | None = None) -> None:
        """Make calls with *executor*; *store* shares the keys of requests with other processes."""
        self._executor = executor
        self._store = store
        self._seen: ExpiringMap[str, bool] = ExpiringMap(MAX_KEYS, CLAIM_SECONDS)
        self._acknowledgements: ExpiringMap[str, Acknowledgement] = ExpiringMap(
            MAX_ACKNOWLEDGEMENTS, CLAIM_SECONDS
        )
        self._due: set[asyncio.Task[Any]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._last: dict[tuple[bool, str], asyncio.Task[Plan]] = {}
        self._interactive = ThreadPoolExecutor(POOL_THREADS, "faqbot-slack-interactive")
        self._questions = ThreadPoolExecutor(POOL_THREADS, "faqbot-slack-questions")

    async def repeated(self, request: Request) -> Mapping[str, Any] | None:
        """Return the acknowledgement of a request that came before, None for a new request.

        A redelivered command or form gets the acknowledgement of its first copy. The two events
        that Slack sends for one mention share a key, so the second is a repetition, too.
        """
        is_new = [self._seen.add(key, True) for key in request.keys]  # noqa: FBT003 - a value
        if all(is_new):
            if _is_answered_in_acknowledgement(request):
                self._expect_acknowledgement(request)
            return None
        found = (self._acknowledgements.get(key) for key in request.keys)
        first = next(filter(None, found), None)
        if first is None:
            return {}
        done, _ = await asyncio.wait({first}, timeout=ACK_SECONDS)
        return first.result() if done else {}

    async def handle(self, request: Request, handler: Handler) -> Mapping[str, Any]:
        """Run *handler* and return the body of the acknowledgement, {} for an empty one.

        Returns within the three seconds that Slack waits; the calls follow in the background.
        """
        planned = self._plan_in_order(request, handler)
        self._start(self._carry_out(request, planned))
        if not _is_answered_in_acknowledgement(request):
            return {}
        due = self._start(self._acknowledgement(request, planned))
        self._due.add(due)
        due.add_done_callback(self._due.discard)
        body = cast("Mapping[str, Any]", await due)
        for key in request.keys:
            if (waiting := self._acknowledgements.get(key)) and not waiting.done():
                waiting.set_result(body)
        return body

    async def acknowledge_all(self) -> None:
        """Wait until every acknowledgement is sent; three seconds at most.

        Acknowledgements use the connection, so this comes before it is closed.
        """
        while self._due:
            await asyncio.wait(self._due)
            await asyncio.sleep(SENDING_SECONDS)

    async def drain(self, seconds: float) -> int:
        """Wait at most *seconds* for all tasks, cancel the rest, and return their number."""
        self._executor.disable_rate_limit()
        deadline = asyncio.get_running_loop().time() + seconds
        while self._tasks and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        undone = list(self._tasks)
        for task in undone:
            task.cancel()
        await asyncio.gather(*undone, return_exceptions=True)
        for pool in (self._interactive, self._questions):
            pool.shutdown(wait=False, cancel_futures=True)
        return len(undone)

    @property
    def pending(self) -> int:
        """Number of tasks under way."""
        return len(self._tasks)

    def _expect_acknowledgement(self, request: Request) -> None:
        waiting: Acknowledgement = asyncio.get_running_loop().create_future()
        for key in request.keys:
            self._acknowledgements.put(key, waiting)

    def _plan_in_order(self, request: Request, handler: Handler) -> asyncio.Task[Plan]:
        """Start the handler after the one of the same person's previous request."""
        key = (_is_interactive(request), request.person)
        planned = self._start(self._plan(request, handler, self._last.get(key)))
        if request.person:
            self._last[key] = planned
            planned.add_done_callback(lambda done: self._forget(key, done))
        return planned

    def _forget(self, key: tuple[bool, str], done: asyncio.Task[Plan]) -> None:
        if self._last.get(key) is done:
            del self._last[key]

    async def _plan(
        self, request: Request, handler: Handler, previous: asyncio.Task[Plan] | None
    ) -> Plan:
        if previous is not None:
            await asyncio.wait({previous})
        pool = self._interactive if _is_interactive(request) else self._questions
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(pool, self._plan_once, request, handler)
        except Exception as error:  # noqa: BLE001 - the person gets an error reply, whatever it is
            reference = new_reference()
            # No traceback and no message: both may hold text of the person.
            _log.error(
                "Planning failed with %s, at %s. Reference %s.",
                type(error).__name__,
                _place(error),
                reference,
            )
            return error_plan(request, reference)

    def _plan_once(self, request: Request, handler: Handler) -> Plan:
        """Run *handler* in a thread, unless another process has claimed the request."""
        store = self._store
        if store is not None and not all(
            store.claim(key, seconds=CLAIM_SECONDS) for key in request.keys
        ):
            return NOTHING
        return handler(request)

    async def _carry_out(self, request: Request, planned: asyncio.Task[Plan]) -> None:
        done, _ = await asyncio.wait({planned}, timeout=STATUS_SECONDS)
        if not done and (status := _status(request)):
            await self._executor.attempt(status)
        plan = await planned
        await self._executor.run(plan.calls, request)

    async def _acknowledgement(
        self, request: Request, planned: asyncio.Task[Plan]
    ) -> Mapping[str, Any]:
        done, _ = await asyncio.wait({planned}, timeout=ACK_SECONDS)
        if done:
            return planned.result().ack
        if isinstance(request, SlashCommand) and request.response_url:
            self._start(self._answer_late(request, planned))
        else:
            _log.warning("A form was acknowledged before its handler finished: it took too long.")
        return {}

    async def _answer_late(self, request: SlashCommand, planned: asyncio.Task[Plan]) -> None:
        """Send the late acknowledgement to the response_url."""
        plan = await planned
        if plan.ack:
            await self._executor.run((Call("response", plan.ack, request.response_url),), request)

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _is_answered_in_acknowledgement(request: Request) -> bool:
    return isinstance(request, SlashCommand | ViewSubmission)


def _is_interactive(request: Request) -> bool:
    """Return True if a person waits for the reaction with a form or a menu open."""
    return not isinstance(request, Message | MessageDeleted | HomeOpened)


def _status(request: Request) -> Call | None:
    """Return the call that shows the bot at work to a person who asked it, else None."""
    if not (isinstance(request, Message) and (request.mentioned or request.direct)):
        return None
    where = {"channel_id": request.channel, "thread_ts": request.thread or request.ts}
    return Call("assistant.threads.setStatus", {**where, "status": "is looking it up…"})


def _place(error: BaseException) -> str:
    """Return the file and line that raised *error*; they hold no text of a person."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return "an unknown place"
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"

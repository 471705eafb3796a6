"""Deduplication, order per person, acknowledgement and execution of requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from faqbot import FairTurns
from faqbot_slack.events.stored import can_wait, request_from_json
from faqbot_slack.events.types import (
    HomeOpened,
    Message,
    MessageDeleted,
    SlashCommand,
)
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.transport.admission import (
    ACK_SECONDS,
    Admission,
    is_addressed,
    is_answered_in_acknowledgement,
)
from faqbot_slack.transport.executor import error_plan, new_reference
from faqbot_slack.transport.handler_threads import POOL_THREADS, HandlerThreads
from faqbot_slack.transport.request_ledger import (
    POSTPONED_SECONDS,
    ReplyProgress,
    noted_calls,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from faqbot import AcceptedRequest
    from faqbot_slack.events.types import Request
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.request_ledger import RequestLedger

_log = logging.getLogger("faqbot.slack")

Handler = Callable[[Any], Plan]
"""Function that returns the plan for one kind of request; called in threads, several at a time."""

FindHandler = Callable[["Request"], Handler | None]
"""Function that returns the handler of a request, None for an unknown one."""

# Seconds until a person sees that the bot is at work. Chosen by hand.
STATUS_SECONDS = 1.0
# Calls that show the bot at work, at a time. Chosen by hand.
MAX_STATUSES = 10
# Seconds after which the calls of a plan are kept in the store. Chosen by hand: most are made before.
NOTE_SECONDS = 0.3
# Seconds that the connection gets to send an acknowledgement. Chosen by hand; Bolt polls every 0.01 s.
SENDING_SECONDS = 0.05
# Seconds at the end in which posts under way finish, and no other begins. Chosen by hand.
POSTING_SECONDS = 2.0
# Messages that may wait here while requests are taken over. Chosen by hand: others take the rest.
MAX_TAKEN_OVER = 200
# Tries of a request, by processes that died or without Slack, before it gets an error reply. Chosen by
# hand.
MAX_TRIES = 5


class Dispatcher:
    """Handles each request once, in order per person, and makes its calls.

    Channels take turns, so that a flood in one does not delay the others. Commands, forms and buttons
    have a thread pool of their own: a person waits for them with a form open, so slow questions must
    not delay them. With a ledger, a request is acknowledged once it stands in the store. Never raises.
    """

    def __init__(
        self,
        executor: Executor,
        ledger: RequestLedger | None = None,
        threads: HandlerThreads | None = None,
    ) -> None:
        """Make calls with *executor*; *ledger* shares the requests with other processes.

        *threads* are shared with other dispatchers; without them, this one has its own.
        """
        self._executor = executor
        self._ledger = ledger
        self._admission = Admission(ledger, self._tell)
        self._statuses = 0
        self._due: set[asyncio.Task[Any]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._last: dict[tuple[bool, str], asyncio.Task[Plan]] = {}
        self._turns = {kind: FairTurns(POOL_THREADS) for kind in (False, True)}
        self._threads = threads or HandlerThreads()
        self._own_threads = None if threads else self._threads

    async def admit(
        self, request: Request, *, is_redelivered: bool = False
    ) -> Mapping[str, Any] | None:
        """Return the acknowledgement of a request that needs no handler, None for any other."""
        return await self._admission.admit(request, is_redelivered=is_redelivered)

    async def drop(self, request: Request) -> None:
        """Forget an admitted *request* that no listener takes."""
        await self._admission.drop(request)

    async def handle(self, request: Request, handler: Handler) -> Mapping[str, Any]:
        """Run *handler* for an admitted request, and return its acknowledgement or {}.

        Returns within the three seconds that Slack waits; the calls follow in the background.
        """
        reply = self._admission.take(request)
        planned = self._work_on(request, handler, reply)
        if not is_answered_in_acknowledgement(request):
            return {}
        due = self._start(self._acknowledgement(request, planned, reply))
        self._due.add(due)
        due.add_done_callback(self._due.discard)
        body = cast("Mapping[str, Any]", await due)
        self._admission.acknowledge(request, body)
        return body

    async def is_safe(self, request: Request) -> bool:
        """Return True once *request* stands in the store, or is answered; False if that takes too long.

        Only then it may be acknowledged: until then, a crash of this process would lose it.
        """
        return self._ledger is None or await self._ledger.is_safe(request)

    async def take_over(self, find_handler: FindHandler) -> None:
        """Answer requests of ended processes, and renew own leases.

        Called every few seconds. *find_handler* returns the handler of a request.
        """
        if self._ledger is None:
            return
        await self._admission.drop_stale()
        room = MAX_TAKEN_OVER - len(self._admission.waiting)
        for accepted in await self._ledger.tend(room):
            await self._resume(self._ledger, accepted, find_handler)

    async def acknowledge_all(self) -> None:
        """Wait until every acknowledgement is sent; three seconds at most.

        Acknowledgements use the connection, so this comes before it is closed.
        """
        while self._due:
            await asyncio.wait(self._due)
            await asyncio.sleep(SENDING_SECONDS)

    async def drain(self, seconds: float) -> int:
        """Wait at most *seconds* for all tasks, and return the number cancelled.

        In the last seconds no post of a kept request begins, so that none is cut off.
        """
        self._executor.disable_rate_limit()
        await self._wait(seconds - POSTING_SECONDS)
        self._executor.leave_rest()
        await self._wait(min(seconds, POSTING_SECONDS))
        undone = list(self._tasks)
        for task in undone:
            task.cancel()
        await asyncio.gather(*undone, return_exceptions=True)
        if self._own_threads is not None:
            self._own_threads.close()
        return len(undone)

    @property
    def pending(self) -> int:
        """Number of running tasks and of admitted requests not yet handled."""
        return len(self._tasks) + len(self._admission)

    async def _wait(self, seconds: float) -> None:
        """Wait at most *seconds* for all tasks."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self.pending and (left := deadline - asyncio.get_running_loop().time()) > 0:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=left)
            else:
                await asyncio.sleep(min(left, SENDING_SECONDS))

    def _work_on(
        self, request: Request, handler: Handler, reply: ReplyProgress
    ) -> asyncio.Task[Plan]:
        """Start the handler of *request*, and return the task of its plan."""
        planned = self._plan_in_order(request, handler, reply)
        carried_out = self._start(self._carry_out(request, planned, reply))
        carried_out.add_done_callback(lambda _: self._admission.waiting.remove(request))
        return planned

    async def _resume(
        self,
        ledger: RequestLedger,
        accepted: AcceptedRequest,
        find_handler: FindHandler,
    ) -> None:
        """Answer a request of a process that ended, with an error reply after too many tries."""
        # A process that lost the store may have posted without a note of it.
        uncertain = accepted.posting or accepted.tries > 0
        reply = ReplyProgress(accepted.key, [*accepted.posts], uncertain=uncertain, kept=True)
        request, calls = request_from_json(accepted.payload), noted_calls(accepted.payload)
        handler = find_handler(request) if request is not None else None
        if calls is not None:
            handler = _resumed(calls)
        if request is None or handler is None:
            _log.warning("An accepted request of another version of faqbot cannot be answered.")
            await ledger.finish(reply)
            return
        self._admission.resume(request)
        reply.late = True
        if accepted.tries > MAX_TRIES:
            handler, reply.last = _fail_after_tries, True
        self._work_on(request, handler, reply)

    def _plan_in_order(
        self, request: Request, handler: Handler, reply: ReplyProgress
    ) -> asyncio.Task[Plan]:
        """Start the handler after the person's previous request."""
        key = (_is_interactive(request), request.person)
        planned = self._start(self._plan(request, handler, reply, self._last.get(key)))
        if request.person:
            self._last[key] = planned
            planned.add_done_callback(lambda done: self._forget(key, done))
        return planned

    def _forget(self, key: tuple[bool, str], done: asyncio.Task[Plan]) -> None:
        if self._last.get(key) is done:
            del self._last[key]

    async def _plan(
        self,
        request: Request,
        handler: Handler,
        reply: ReplyProgress,
        previous: asyncio.Task[Plan] | None,
    ) -> Plan:
        if previous is not None:
            await asyncio.wait({previous})
        work, kind = partial(self._plan_once, request, handler, reply), _is_interactive(request)
        try:
            async with self._turns[kind].turn(request.channel):
                return await self._threads.run(str(id(self)), work, interactive=kind)
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

    def _plan_once(self, request: Request, handler: Handler, reply: ReplyProgress) -> Plan:
        """Run *handler* in a thread, unless another process claimed the request."""
        if self._ledger is not None and not reply.kept and not self._ledger.claim(request):
            return NOTHING
        return handler(request)

    async def _carry_out(
        self, request: Request, planned: asyncio.Task[Plan], reply: ReplyProgress
    ) -> None:
        done, _ = await asyncio.wait({planned}, timeout=STATUS_SECONDS)
        if not done and (status := _status(request)):
            await self._show_status(status)
        plan = await planned
        calls = plan.calls
        if reply.late and plan.ack and isinstance(request, SlashCommand):
            calls = (Call("response", plan.ack, request.response_url), *calls)
        if calls and self._ledger is not None and not reply.kept and _is_posted_later(request):
            await self._ledger.accept(request, reply)
        if self._ledger is None:
            await self._executor.run(calls, request, reply)
        else:
            await self._send(calls, request, reply, self._ledger)

    async def _send(
        self,
        calls: Sequence[Call],
        request: Request,
        reply: ReplyProgress,
        ledger: RequestLedger,
    ) -> None:
        """Make *calls*, and repeat them if Slack and the store refuse them."""
        for number in range(MAX_TRIES):
            reply.last = reply.last or number == MAX_TRIES - 1
            await self._send_once(calls, request, reply, ledger)
            if reply.left or not reply.postponed:
                return
            reply.postponed, reply.made = False, 0
            await asyncio.sleep(POSTPONED_SECONDS)

    async def _send_once(
        self,
        calls: Sequence[Call],
        request: Request,
        reply: ReplyProgress,
        ledger: RequestLedger,
    ) -> None:
        """Make *calls*, and store them if they have to wait."""
        sending = self._start(self._executor.run(calls, request, reply))
        done, _ = await asyncio.wait({sending}, timeout=NOTE_SECONDS)
        if not done:
            await ledger.note_calls(request, reply, calls)
        await sending
        await self._executor.settle(reply)
        await ledger.end(reply)

    async def _show_status(self, status: Call) -> None:
        """Show the bot at work, unless many wait for their answers."""
        if self._statuses < MAX_STATUSES:
            self._statuses += 1
            try:
                await self._executor.attempt(status)
            finally:
                self._statuses -= 1

    async def _acknowledgement(
        self, request: Request, planned: asyncio.Task[Plan], reply: ReplyProgress
    ) -> Mapping[str, Any]:
        done, _ = await asyncio.wait({planned}, timeout=ACK_SECONDS)
        if done:
            return planned.result().ack
        if isinstance(request, SlashCommand) and request.response_url:
            reply.late = True  # the answer follows to the response_url
            if self._ledger is not None and request.keys:
                await self._ledger.accept(request, reply)
        else:
            _log.warning("A form was acknowledged before its handler finished: it took too long.")
        return {}

    def _tell(self, call: Call) -> None:
        self._start(self._executor.attempt(call))

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _resumed(calls: tuple[Call, ...]) -> Handler:
    """Return the handler that makes *calls* of an earlier process."""
    return lambda _: Plan({}, calls)


def _fail_after_tries(request: Request) -> Plan:
    """Return the plan of an error reply after several failures."""
    reference = new_reference()
    _log.error("A request failed %d times. Reference %s.", MAX_TRIES, reference)
    return error_plan(request, reference)


def _is_posted_later(request: Request) -> bool:
    """Return True if *request* may wait for earlier answers."""
    return isinstance(request, Message) and can_wait(request)


def _is_interactive(request: Request) -> bool:
    """Return True if a person waits with a form or menu open."""
    return not isinstance(request, Message | MessageDeleted | HomeOpened)


def _status(request: Request) -> Call | None:
    """Return the call that shows a person the bot at work, else None."""
    if not (isinstance(request, Message) and is_addressed(request)):
        return None
    where = {"channel_id": request.channel, "thread_ts": request.thread or request.ts}
    return Call("assistant.threads.setStatus", {**where, "status": "is looking it up…"})


def _place(error: BaseException) -> str:
    """Return the file and line that raised *error*, without personal text."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return "an unknown place"
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"

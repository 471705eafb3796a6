"""Requests of a process that ended are answered by another, and floods are bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from faqbot import open_store
from faqbot.store import request_rows
from faqbot_slack.events.types import BlockAction, Message, Request, SlashCommand, ViewSubmission
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan

if TYPE_CHECKING:
    from faqbot import Store
    from faqbot_slack.transport.request_ledger import ReplyProgress

pytestmark = pytest.mark.usefixtures("needs_slack")

_CALL = Call("chat.postMessage", {"channel": "C1", "text": "Nine to five."})
_ACK = {"response_type": "ephemeral", "text": "Nine to five."}
_URL = "https://hooks.example.org/1"


class _Executor:
    """Makes no call: takes it down, or with *stuck* never ends. With *left* another process has it."""

    def __init__(self) -> None:
        self.made: list[Call] = []
        self.told: list[Call] = []
        self.replies: list[ReplyProgress] = []
        self.stuck = self.left = self.postponed = False

    async def run(self, calls: Iterable[Call], request: Request, reply: ReplyProgress) -> None:
        del request
        if self.stuck:
            await asyncio.Event().wait()
        self.replies.append(reply)
        reply.left, reply.postponed = self.left, self.postponed
        self.made.extend(calls)

    async def settle(self, reply: ReplyProgress) -> None:
        del reply

    async def attempt(self, call: Call) -> None:
        self.told.append(call)

    def disable_rate_limit(self) -> None:
        return

    def leave_rest(self) -> None:
        return


class _Process:
    """A process of the service: dispatcher and ledger on the shared store."""

    def __init__(self, store: Store, plan: Callable[[Request], Plan]) -> None:
        from faqbot_slack.transport.dispatcher import Dispatcher
        from faqbot_slack.transport.request_ledger import RequestLedger

        self.executor = _Executor()
        self.ledger = RequestLedger(store, "slack:T1:U0BOT")
        self.dispatcher = Dispatcher(cast("Any", self.executor), self.ledger)
        self.handled: list[Request] = []
        self.plan = plan

    def handler(self, request: Request) -> Plan:
        self.handled.append(request)
        return self.plan(request)

    async def receive(self, request: Request) -> Any:  # noqa: ANN401 - an acknowledgement
        known = await self.dispatcher.admit(request)
        return await self.dispatcher.handle(request, self.handler) if known is None else known

    async def take_over(self) -> None:
        await self.dispatcher.take_over(lambda _: self.handler)
        await self.done()

    async def done(self) -> None:
        while tasks := self.dispatcher._tasks:
            await asyncio.wait(tasks)

    async def die(self) -> None:
        """End without a word to the store."""
        for task in [*self.dispatcher._tasks]:
            task.cancel()
        await asyncio.gather(*self.dispatcher._tasks, return_exceptions=True)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time of the store, to be moved."""
    time = [1e9]
    monkeypatch.setattr(request_rows, "server_time", lambda _: time[0])
    return time


@pytest.fixture
def store(now: list[float]) -> Iterator[Store]:
    """Return the store that the processes share."""
    del now
    with open_store("sqlite://") as store:
        yield store


def _answer(request: Request) -> Plan:
    return Plan(_ACK) if isinstance(request, SlashCommand) else Plan({}, (_CALL,))


def _message(number: int = 1, channel: str = "C1", **more: Any) -> Message:  # noqa: ANN401 - fields
    given = {"person": f"U{number}", "mentioned": True, "text": "why?", **more}
    return Message(channel=channel, ts=f"{number}.0", keys=(f"e{number}", f"m{number}"), **given)


async def _died_with(store: Store, request: Request) -> None:
    """Let a process accept *request* and die before it answers."""
    process = _Process(store, _answer)
    process.executor.stuck = True
    await process.receive(request)
    await asyncio.sleep(0)
    await process.die()


@pytest.mark.parametrize(
    "request_",
    [_message(), BlockAction(person="U1", channel="C1", action_id="faq_choice", keys=("t",))],
    ids=["message", "button"],
)
async def test_a_dead_process_is_answered_for(
    runner: asyncio.Runner, store: Store, now: list[float], request_: Request
) -> None:
    """Once its lease ran out, another process runs the handler; the request is marked as resumed."""
    del runner
    await _died_with(store, request_)
    other = _Process(store, _answer)
    await other.take_over()
    assert other.handled == []
    now[0] += 16
    await other.take_over()
    await other.take_over()

    assert [each.resumed for each in other.handled] == [True]
    assert other.executor.made == [_CALL]
    assert await other.receive(request_) == {}  # its redelivery
    await other.done()
    assert other.executor.made == [_CALL]


@pytest.mark.parametrize("died", [True, False])
async def test_the_post_of_a_dead_process_is_looked_for(
    runner: asyncio.Runner,
    store: Store,
    now: list[float],
    *,
    died: bool,
) -> None:
    """It may have posted while it could not write that to the store; one that stopped wrote all."""
    del runner
    process, other = _Process(store, _answer), _Process(store, _answer)
    process.executor.stuck = True
    await process.receive(_message())
    await process.die()
    if died:
        now[0] += 16
    else:
        await process.ledger.release()
    await other.take_over()

    assert [reply.uncertain for reply in other.executor.replies] == [died]


async def test_a_reply_that_is_not_settled_is_left_to_the_next_process(
    runner: asyncio.Runner, store: Store, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process dies before it has searched for a second post, so the next one does."""
    del runner
    process, other = _Process(store, _answer), _Process(store, _answer)
    monkeypatch.setattr(process.executor, "settle", lambda _: asyncio.Event().wait())
    await process.receive(_message())
    await asyncio.wait({*process.dispatcher._tasks}, timeout=0.1)
    await process.die()
    now[0] += 16
    await other.take_over()

    assert process.executor.made == other.executor.made == [_CALL]
    assert [reply.uncertain for reply in other.executor.replies] == [True]


async def test_a_reply_that_nobody_takes_is_tried_again(
    runner: asyncio.Runner, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither Slack nor the store is within reach: the process waits, and loses no question."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.dispatcher.POSTPONED_SECONDS", 0.0)
    process = _Process(store, _answer)
    process.executor.postponed = True

    def postpone(*_: object) -> bool:
        process.executor.postponed = False  # Slack is back for the next try
        return False

    monkeypatch.setattr(process.ledger._queue, "postpone", postpone)
    await process.receive(_message())
    await process.done()

    assert (len(process.handled), len(process.executor.made)) == (1, 2)
    assert not process.executor.replies[-1].postponed
    assert not process.ledger.is_busy


async def test_an_answered_request_is_not_taken_over(
    runner: asyncio.Runner, store: Store, now: list[float]
) -> None:
    """After the reply the store has nothing to answer."""
    del runner
    process, other = _Process(store, _answer), _Process(store, _answer)
    await process.receive(_message())
    await process.done()
    now[0] += 16
    await other.take_over()

    assert process.executor.made == [_CALL]
    assert other.handled == []


async def test_a_reply_that_another_process_has_is_left_to_it(
    runner: asyncio.Runner, store: Store, now: list[float]
) -> None:
    """A process that lost its lease does not end the request for the others."""
    del runner
    process, other = _Process(store, _answer), _Process(store, _answer)
    process.executor.left = True
    await process.receive(_message())
    await process.done()
    now[0] += 16
    await other.take_over()

    assert other.executor.made == [_CALL]


async def test_a_request_that_processes_die_with_ends_in_an_error_reply(
    runner: asyncio.Runner,
    store: Store,
    now: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """After five processes the sixth does not run the handler; the person is told."""
    del runner
    await _died_with(store, _message())
    for _ in range(5):
        now[0] += 16
        dying = _Process(store, _answer)
        dying.executor.stuck = True
        await dying.dispatcher.take_over(lambda _, dying=dying: dying.handler)  # type: ignore[misc]
        await dying.die()
    now[0] += 16
    last = _Process(store, _answer)
    await last.take_over()

    (reply,) = last.executor.made
    assert last.handled == []
    assert "went wrong" in reply.arguments["text"]
    assert caplog.text.count("failed 5 times") == 1
    now[0] += 16
    await last.take_over()
    assert len(last.executor.made) == 1


async def test_a_postponed_reply_is_sent_later(
    runner: asyncio.Runner, store: Store, now: list[float]
) -> None:
    """The same process tries again when some time has passed."""
    del runner
    process = _Process(store, _answer)
    process.executor.postponed = True
    await process.receive(_message())
    await process.done()
    process.executor.postponed = False
    await process.take_over()
    assert len(process.handled) == 1
    now[0] += 31
    await process.take_over()

    assert [each.resumed for each in process.handled] == [False, True]
    assert not process.ledger.is_busy


async def test_calls_that_waited_are_made_as_they_were_planned(
    runner: asyncio.Runner, store: Store, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handler does not run again: the conversation has gone on, and "2" would pick something else."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.dispatcher.NOTE_SECONDS", 0.0)
    simpler = ({"channel": "C1", "text": "Nine."},)
    instead = (Call("chat.postEphemeral", {"channel": "C1", "user": "U1", "text": "Invite me."}),)
    planned = Call(
        "chat.postMessage",
        {"channel": "C1", "text": "Nine to five.", "blocks": [{"type": "divider"}]},
        simpler=simpler,
        on_success=lambda _: None,
        instead=instead,
    )
    process = _Process(store, lambda _: Plan({}, (planned,)))
    process.executor.stuck = True
    await process.receive(_message())
    for _ in range(200):
        await asyncio.sleep(0.001)
    await process.die()
    now[0] += 16
    other = _Process(store, _answer)
    await other.take_over()

    assert other.handled == []
    assert other.executor.made == [replace(planned, on_success=None)]


async def test_calls_that_are_too_long_are_planned_again(
    runner: asyncio.Runner, store: Store, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no database keeps in a text is not written; the request itself still is."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.dispatcher.NOTE_SECONDS", 0.0)
    monkeypatch.setattr("faqbot_slack.transport.request_ledger.MAX_PAYLOAD", 10)
    process = _Process(store, _answer)
    process.executor.stuck = True
    await process.receive(_message())
    await asyncio.sleep(0.1)
    await process.die()
    now[0] += 16
    other = _Process(store, _answer)
    await other.take_over()

    assert len(other.handled) == 1
    assert other.executor.made == [_CALL]


async def test_a_request_without_a_handler_ends(
    runner: asyncio.Runner, store: Store, now: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    """A button of another version is dropped with a line in the log."""
    del runner
    await _died_with(store, BlockAction(channel="C1", action_id="faq_new", keys=("t",)))
    now[0] += 16
    other = _Process(store, _answer)
    for _ in range(2):
        await other.dispatcher.take_over(lambda _: None)

    assert caplog.text.count("another version") == 1


async def test_an_event_without_a_listener_leaves_nothing(
    runner: asyncio.Runner, store: Store, now: list[float]
) -> None:
    """Bolt found no listener: the request does not wait for ever."""
    del runner
    process, other = _Process(store, _answer), _Process(store, _answer)
    request = _message()
    assert await process.dispatcher.admit(request) is None
    assert process.dispatcher.pending == 1
    await process.dispatcher.drop(request)
    assert process.dispatcher.pending == 0
    now[0] += 16
    await other.take_over()

    assert other.handled == []


async def test_a_request_that_bolt_cannot_read_is_forgotten(
    runner: asyncio.Runner, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No listener starts for it; after a while the process is done with it."""
    del runner
    process = _Process(store, _answer)
    assert await process.dispatcher.admit(_message()) is None
    await process.take_over()
    assert process.ledger.is_busy
    monkeypatch.setattr("faqbot_slack.transport.admission.LISTENER_SECONDS", -1.0)
    await process.take_over()

    assert not process.ledger.is_busy
    assert process.dispatcher.pending == 0


@pytest.mark.parametrize("planned", [NOTHING, Plan({}, (_CALL,))], ids=["silent", "answered"])
async def test_what_people_say_to_each_other_is_not_stored(
    runner: asyncio.Runner, store: Store, now: list[float], planned: Plan
) -> None:
    """Where the bot reads along, the store has a text only while the answer to it waits."""
    del runner
    process, other = _Process(store, lambda _: planned), _Process(store, _answer)
    process.executor.stuck = True
    await process.receive(_message(mentioned=False))
    for _ in range(50):
        await asyncio.sleep(0.001)
        if process.ledger.is_busy or (planned is NOTHING and process.handled):
            break
    await asyncio.sleep(0.01)
    await process.die()
    now[0] += 16
    await other.take_over()

    assert len(other.handled) == (planned is not NOTHING)


async def test_a_late_command_is_kept(
    runner: asyncio.Runner, store: Store, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that was acknowledged without its answer gets it after a crash, by the response_url."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.dispatcher.ACK_SECONDS", 0.0)
    command = SlashCommand(person="U1", channel="C1", keys=("t",), response_url=_URL)
    await _died_with(store, command)
    now[0] += 16
    other = _Process(store, _answer)
    await other.take_over()

    assert other.executor.made == [Call("response", _ACK, _URL)]


async def test_forms_are_claimed_by_one_process(runner: asyncio.Runner, store: Store) -> None:
    """A form is not kept, and yet one process alone handles it."""
    del runner
    processes = [_Process(store, _answer) for _ in range(2)]
    for process in processes:
        await process.receive(ViewSubmission(person="U1", view="faq_suggest_form", keys=("t",)))
        await process.done()

    assert [len(process.handled) for process in processes] == [1, 0]


async def test_a_flood_is_refused_with_one_sentence(
    runner: asyncio.Runner, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit of a channel nothing is stored or answered; other channels are free."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.admission.MAX_WAITING_IN_CHANNEL", 10)
    process = _Process(store, _answer)
    process.executor.stuck = True
    await asyncio.gather(*(process.receive(_message(number)) for number in range(30)))
    await process.receive(_message(99, "C2"))
    await asyncio.sleep(0.05)

    assert len({each.person for each in process.handled}) == 11
    assert [
        call.arguments["text"] for call in process.executor.told if "text" in call.arguments
    ] == [texts.TOO_MANY_HERE]
    await process.die()
    assert len(process.dispatcher._admission.waiting) == 0


async def test_a_process_takes_over_no_more_than_it_can_answer(
    runner: asyncio.Runner, store: Store, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is left to other processes, and to later."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.dispatcher.MAX_TAKEN_OVER", 3)
    for number in range(5):
        await _died_with(store, _message(number))
    now[0] += 16
    one, other = _Process(store, _answer), _Process(store, _answer)
    one.executor.stuck = True
    await one.dispatcher.take_over(lambda _: one.handler)
    await one.dispatcher.take_over(lambda _: one.handler)
    await other.take_over()

    assert len(other.handled) == 2
    await one.die()


async def test_a_stop_leaves_what_is_not_posted(runner: asyncio.Runner, store: Store) -> None:
    """What drain cuts off is answered by the next process, without a lease that must run out."""
    del runner
    process, other = _Process(store, _answer), _Process(store, _answer)
    process.executor.stuck = True
    await process.receive(_message())
    await process.dispatcher.drain(0.0)
    assert await process.ledger.release() == 1
    await other.take_over()

    assert other.executor.made == [_CALL]

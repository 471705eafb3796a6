"""Every request is met once, acknowledged in time, and finished before the end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import pytest

from faqbot import open_store
from faqbot_slack.events.types import Message, Request, SlashCommand, ViewSubmission
from faqbot_slack.rendering.calls import NOTHING, Call, Plan

if TYPE_CHECKING:
    from faqbot import Store

pytestmark = pytest.mark.usefixtures("needs_slack")

_ACK = {"response_type": "ephemeral", "text": "Nine to five."}
_CALL = Call("chat.postMessage", {"channel": "C1", "text": "Nine to five."})


class _Executor:
    """Takes down what it is to do."""

    def __init__(self) -> None:
        self.run_: list[Call] = []
        self.unlimited = False
        self.attempted: list[Call] = []
        self.tried = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def run(self, calls: Iterable[Call], request: Request, reply: object = None) -> None:
        del request, reply
        await self.may_go_on.wait()
        self.run_.extend(calls)

    def disable_rate_limit(self) -> None:
        self.unlimited = True

    def leave_rest(self) -> None:
        return

    async def settle(self, reply: object) -> None:
        del reply

    async def attempt(self, call: Call) -> None:
        self.attempted.append(call)
        self.tried.set()


class _Planner:
    """Plans by a function, and counts."""

    def __init__(self, plan: Callable[[Request], Plan]) -> None:
        self._plan = plan
        self.planned: list[Request] = []

    def plan(self, request: Request) -> Plan:
        self.planned.append(request)
        return self._plan(request)


class _Bench:
    """A dispatcher, with the handler that its requests go to."""

    def __init__(self, planner: _Planner, executor: _Executor, store: Store | None) -> None:
        from faqbot_slack.transport.dispatcher import Dispatcher
        from faqbot_slack.transport.request_ledger import RequestLedger

        self.ledger = RequestLedger(store, "slack:U0BOT") if store is not None else None
        self.inner = Dispatcher(cast("Any", executor), self.ledger)
        self.handler = planner.plan

    async def receive(self, request: Request) -> Mapping[str, Any]:
        """Take *request* as the middleware and the listener of the app do."""
        known = await self.inner.admit(request)
        return await self.inner.handle(request, self.handler) if known is None else known

    async def drain(self, seconds: float) -> int:
        return await self.inner.drain(seconds)


def _dispatcher(planner: _Planner, executor: _Executor, store: Store | None = None) -> _Bench:
    return _Bench(planner, executor, store)


def _answering(request: Request) -> Plan:
    return Plan(_ACK) if isinstance(request, SlashCommand) else Plan({}, (_CALL,))


def _message(*keys: str) -> Message:
    return Message(channel="C1", ts="1.0", mentioned=True, keys=keys)


def _command(*keys: str, url: str = "") -> SlashCommand:
    return SlashCommand(channel="C1", keys=keys, response_url=url)


async def test_event_is_acknowledged_first(runner: asyncio.Runner) -> None:
    """An event's acknowledgement waits for nothing, and the reply follows."""
    del runner
    free = threading.Event()
    executor = _Executor()
    dispatcher = _dispatcher(_Planner(lambda _: (free.wait(5), Plan({}, (_CALL,)))[1]), executor)

    assert await dispatcher.receive(_message("1")) == {}
    free.set()

    assert await dispatcher.drain(5) == 0
    assert executor.run_ == [_CALL]


async def test_command_is_answered_in_the_acknowledgement(runner: asyncio.Runner) -> None:
    """What the plan says stands in the acknowledgement itself."""
    del runner
    dispatcher = _dispatcher(_Planner(_answering), _Executor())

    assert await dispatcher.receive(_command("1")) == _ACK
    await dispatcher.drain(5)


async def test_slow_questions_keep_no_command_waiting(runner: asyncio.Runner) -> None:
    """However many questions are being worked out, a command is next."""
    del runner
    free = threading.Event()

    def plan(request: Request) -> Plan:
        if isinstance(request, Message):
            free.wait(5)
        return _answering(request)

    dispatcher = _dispatcher(_Planner(plan), _Executor())
    for number in range(20):
        await dispatcher.receive(_message(str(number)))

    assert await dispatcher.receive(_command("command")) == _ACK
    free.set()
    await dispatcher.drain(5)


async def test_one_person_is_met_in_order(runner: asyncio.Runner) -> None:
    """What a person sends waits for what they sent before, and for nobody else."""
    del runner
    others, met = threading.Event(), []

    def plan(request: Request) -> Plan:
        if request.keys == ("first",):
            others.wait(5)
        met.append(request.keys[0])
        if request.person == "U2":
            others.set()
        return NOTHING

    dispatcher = _dispatcher(_Planner(plan), _Executor())
    for person, key in (("U1", "first"), ("U1", "second"), ("U2", "another")):
        request = Message(person=person, channel="C1", ts="1.0", keys=(key,))
        await dispatcher.receive(request)
    await dispatcher.drain(5)

    assert met == ["another", "first", "second"]


async def test_late_command_is_answered_by_its_url(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When working it out takes too long, the answer comes by the response_url."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.dispatcher.ACK_SECONDS", 0.0)
    free, executor = threading.Event(), _Executor()
    dispatcher = _dispatcher(_Planner(lambda _: (free.wait(5), Plan(_ACK))[1]), executor)

    assert await dispatcher.receive(_command("1", url="https://hooks.example.org/1")) == {}
    free.set()
    await dispatcher.drain(5)

    assert executor.run_ == [Call("response", _ACK, "https://hooks.example.org/1")]


@pytest.mark.parametrize(
    ("first", "second"),
    [(("id1",), ("id1",)), (("id1", "msg"), ("id2", "msg"))],
    ids=["again", "twins"],
)
async def test_redelivery_and_twin_are_met_once(
    first: tuple[str, ...], second: tuple[str, ...], runner: asyncio.Runner
) -> None:
    """The same event again, or its twin of another id, is acknowledged and nothing else."""
    del runner
    router, executor = _Planner(_answering), _Executor()
    dispatcher = _dispatcher(router, executor, open_store("sqlite://"))

    for keys in (first, second, second):
        assert await dispatcher.receive(_message(*keys)) == {}
    await dispatcher.drain(5)

    assert executor.run_ == [_CALL]


async def test_what_another_process_met_is_left_to_it(runner: asyncio.Runner) -> None:
    """Two processes with one store plan a request once between them."""
    del runner
    store, executor = open_store("sqlite://"), _Executor()
    dispatchers = [_dispatcher(_Planner(_answering), executor, store) for _ in range(2)]

    for dispatcher in dispatchers:
        await dispatcher.receive(_message("id", "msg"))
    for dispatcher in dispatchers:
        await dispatcher.drain(5)

    assert executor.run_ == [_CALL]


async def test_form_that_comes_twice_gets_the_same_acknowledgement(runner: asyncio.Runner) -> None:
    """The second copy of a form must not close what the first one found a fault in."""
    del runner
    errors = {"response_action": "errors", "errors": {"question": "Too short."}}
    router = _Planner(lambda _: Plan(errors))
    dispatcher = _dispatcher(router, _Executor(), open_store("sqlite://"))
    form = ViewSubmission(view="faq_suggest_form", keys=("1",))

    assert [await dispatcher.receive(form), await dispatcher.receive(form)] == [errors, errors]
    assert len(router.planned) == 1
    await dispatcher.drain(5)


async def test_failed_plan_is_an_apology(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """An error while planning is told to the person, and logged by its place, without a text."""
    del runner

    def fail(_: Request) -> Plan:
        raise ValueError("a secret question")

    executor = _Executor()
    dispatcher = _dispatcher(_Planner(fail), executor)

    assert "went wrong" in (await dispatcher.receive(_command("1")))["text"]
    await dispatcher.receive(_message("2"))
    await dispatcher.drain(5)

    assert [call.arguments["thread_ts"] for call in executor.run_] == ["1.0"]
    assert "ValueError, at" in caplog.text
    assert "test_dispatcher.py:" in caplog.text
    assert "secret" not in caplog.text


async def test_long_thought_shows(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who asked sees that the bot is at work when it takes long."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.dispatcher.STATUS_SECONDS", 0.0)
    free, executor = threading.Event(), _Executor()
    dispatcher = _dispatcher(_Planner(lambda _: (free.wait(5), NOTHING)[1]), executor)

    await dispatcher.receive(_message("1"))
    await executor.tried.wait()
    free.set()
    await dispatcher.drain(5)

    assert executor.attempted[0].arguments["thread_ts"] == "1.0"


async def test_acknowledgements_are_waited_for(runner: asyncio.Runner) -> None:
    """Before the connection is closed, every command under way has its acknowledgement."""
    del runner
    free = threading.Event()
    dispatcher = _dispatcher(_Planner(lambda _: (free.wait(5), Plan(_ACK))[1]), _Executor())
    acknowledgement = asyncio.create_task(dispatcher.receive(_command("1")))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(dispatcher.inner.acknowledge_all())
    await asyncio.sleep(0)
    assert not waiting.done()

    free.set()
    await waiting

    assert acknowledgement.done()
    assert acknowledgement.result() == _ACK
    await dispatcher.drain(5)


async def test_drain_ends_what_does_not_end(runner: asyncio.Runner) -> None:
    """What is not done in time is ended and counted, and no task is left."""
    del runner
    executor = _Executor()
    executor.may_go_on.clear()
    dispatcher = _dispatcher(_Planner(_answering), executor)
    await dispatcher.receive(_message("1"))

    assert not executor.unlimited
    assert await dispatcher.drain(0.05) == 1
    assert executor.unlimited
    assert dispatcher.inner.pending == 0


async def test_memory_is_bounded(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many keys are remembered, however long the bot lives."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.admission.MAX_KEYS", 10)
    dispatcher = _dispatcher(_Planner(lambda _: NOTHING), _Executor())
    for number in range(50):
        await dispatcher.receive(_message(str(number)))
    await dispatcher.drain(5)

    assert len(dispatcher.inner._admission._seen) == 10

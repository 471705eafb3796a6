"""A process that stood still, or whose store is away, leaves one reply to each question."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from faqbot_slack.credentials import Credentials
from faqbot_slack.events.types import Message
from faqbot_slack.rendering.calls import Call
from faqbot_slack.transport import reply_posts
from faqbot_slack.transport.executor import Executor
from faqbot_slack.transport.request_ledger import ReplyProgress, RequestLedger
from faqbot_slack.transport.web_api import ChannelRateLimiter, WebApi, open_web_api
from tests.adapters.slack.fake.faults import Fault
from tests.adapters.slack.fake.server import FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator

    from faqbot import AcceptedRequest

pytestmark = pytest.mark.usefixtures("needs_slack", "runner")

_TS = "1700000000.000100"
_ASKED = Message(person="U1", channel="C1", ts=_TS, mentioned=True, keys=("e", "m"))
_REPLY = Call("chat.postMessage", {"channel": "C1", "text": "Nine to five.", "thread_ts": _TS})
_LEASE = 15.0
_STANDSTILL = 25.0


@dataclass
class Leases:
    """Store with the lease of one request; *during* runs while the store confirms it."""

    now: float = 1000.0
    answers: list[bool | None] = field(default_factory=list)
    during: Callable[[], None] = lambda: None
    asked: int = 0
    lease_seconds: float = _LEASE

    def request_queue(self, service: str, owner: str) -> Leases:
        """Return the queue of the store, which is this."""
        del service, owner
        return self

    def begin_posts(self, requests: Sequence[AcceptedRequest]) -> list[bool] | None:
        """Return the next answer, True after the last."""
        self.asked += 1
        self.during()
        answer = self.answers.pop(0) if self.answers else True
        return None if answer is None else [answer] * len(requests)

    def finish(self, keys: Sequence[str]) -> bool:
        """Note the end of the requests *keys*."""
        return bool(keys)

    def stand_still(self) -> None:
        """Let a process stand still for longer than its lease."""
        self.now += _STANDSTILL


@dataclass
class World:
    """Slack with a question, and processes that may answer it."""

    slack: FakeSlack
    web: WebApi
    processes: list[Executor] = field(default_factory=list)

    def process(self, leases: Leases, ledger: RequestLedger | None = None) -> Executor:
        """Return the executor of a process with *ledger*, by default one on *leases*."""
        ledger = ledger or RequestLedger(cast("Any", leases), "slack", lambda: leases.now)
        self.processes.append(Executor(self.web, ChannelRateLimiter(0.0), ledger=ledger))
        return self.processes[-1]

    async def end(self) -> None:
        """End the searches that processes still have to make."""
        for process in self.processes:
            process.leave_rest()
            await asyncio.gather(*process._poster._late, return_exceptions=True)

    async def post_elsewhere(self) -> None:
        """Post the reply as another process, which has taken the request over."""
        other = ReplyProgress("key")
        await Executor(self.web, ChannelRateLimiter(0.0)).run((_REPLY,), _ASKED, other)

    @property
    def replies(self) -> list[str]:
        """Timestamps of the replies that people see."""
        shown = self.slack.workspace.messages.values()
        return sorted(each.ts for each in shown if each.user == self.slack.workspace.bot_user)


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    real = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _, result=None: real(0, result))


@pytest.fixture
def world(runner: asyncio.Runner) -> Iterator[World]:
    """Return Slack with a question."""
    opened = _open_world()
    yield runner.run(anext(opened))
    runner.run(anext(opened, None))


async def _open_world() -> AsyncIterator[World]:
    async with FakeSlack() as slack:
        slack.workspace.saw({"ts": _TS, "user": "U1"}, "C1")
        credentials = Credentials(bot_token="xoxb-fake", api_url=slack.base_url)  # noqa: S106 - opens nothing
        async with open_web_api(credentials) as web:
            await web.authenticate()
            yield (world := World(slack, web))
            await world.end()


def _kept(**more: bool) -> ReplyProgress:
    return ReplyProgress("key", kept=True, **more)


async def test_a_lease_that_ends_during_its_confirmation_is_confirmed_again(world: World) -> None:
    """The process stood still after the store had answered: another one has the request now."""
    leases, reply = Leases(answers=[True, False]), _kept()
    leases.during = leases.stand_still
    await world.process(leases).run((_REPLY,), _ASKED, reply)

    assert (leases.asked, reply.left, world.replies) == (2, True, [])


async def test_a_confirmation_in_time_is_asked_once(world: World) -> None:
    """A usual post costs one statement, and nothing is read from Slack."""
    leases = Leases()
    await world.process(leases).run((_REPLY,), _ASKED, _kept())

    assert (leases.asked, len(world.replies)) == (1, 1)
    assert not [each for each in world.slack.calls if each.method.startswith("conversations.")]


async def test_after_a_rate_limit_the_lease_is_confirmed_again(world: World) -> None:
    """The wait may take minutes, in which another process may take over."""
    leases, reply = Leases(answers=[True, False]), _kept()
    world.slack.fail("chat.postMessage", Fault(status=429, retry_after=1))
    await world.process(leases).run((_REPLY,), _ASKED, reply)

    assert (leases.asked, reply.left, world.replies) == (2, True, [])


async def test_after_a_lost_response_the_lease_is_confirmed_again(world: World) -> None:
    """The repetition of a post needs the lease, too."""
    leases, reply = Leases(answers=[True, False]), _kept()
    world.slack.fail("chat.postMessage", Fault(drop="before"))
    await world.process(leases).run((_REPLY,), _ASKED, reply)

    assert (leases.asked, reply.left, world.replies) == (2, True, [])


async def test_a_standstill_before_the_socket_is_written_leaves_one_reply(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No check can prevent that second post; the woken process finds and deletes it."""
    leases, reply = Leases(), _kept()
    post = world.web.post

    async def stand_still_and_post(
        message: Mapping[str, Any], *, before: Callable[[], Any], seconds: float
    ) -> dict[str, Any]:
        await before()
        monkeypatch.setattr(world.web, "post", post)
        await world.post_elsewhere()
        leases.stand_still()
        return await post(message, before=partial(asyncio.sleep, 0), seconds=seconds)

    monkeypatch.setattr(world.web, "post", stand_still_and_post)
    await world.process(leases).run((_REPLY,), _ASKED, reply)

    assert len(world.slack.posts()) == 2
    assert world.replies == [world.slack.posts()[0].response["ts"]] == reply.posts


async def test_processes_without_a_store_leave_one_reply(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two copies of an event are answered from memory at the same moment: the first reply stays."""
    post, both = world.web.post, asyncio.Barrier(2)

    async def post_together(*arguments: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on
        await both.wait()
        return await post(*arguments, **more)

    monkeypatch.setattr(world.web, "post", post_together)
    replies = [_kept(unconfirmed=True) for _ in range(2)]
    runs = (world.process(Leases()).run((_REPLY,), _ASKED, reply) for reply in replies)
    await asyncio.gather(*runs)

    assert len(world.slack.posts()) == 2
    assert len(world.replies) == 1


async def test_without_a_store_the_reply_of_another_process_is_found(world: World) -> None:
    """The store cannot confirm the lease, so the thread is searched first."""
    await world.post_elsewhere()
    reply = _kept()
    await world.process(Leases(answers=[None])).run((_REPLY, _REPLY), _ASKED, reply)

    assert len(world.slack.posts()) == 3  # the first of two parts was there, and the rest follows
    assert len(world.replies) == 2


async def test_a_search_that_fails_holds_up_no_answer(world: World) -> None:
    """Without store and search the answer goes out all the same."""
    world.slack.fail("conversations.replies", Fault(status=500), math.inf)
    await world.process(Leases()).run((_REPLY,), _ASKED, _kept(unconfirmed=True))

    assert len(world.replies) == 1


async def test_what_one_person_sees_needs_the_lease(world: World) -> None:
    """A woken process does not answer a button again."""
    leases, reply = Leases(answers=[False]), _kept()
    shown = Call("chat.postEphemeral", {"channel": "C1", "user": "U1", "text": "Nine."})
    await world.process(leases).run((shown,), _ASKED, reply)

    assert reply.left
    assert not [each for each in world.slack.calls if each.method == "chat.postEphemeral"]


class Sleeps:
    """Sleeps of LATE_SECONDS, which end when the test says so; the others take no time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replace `asyncio.sleep`."""
        self.ends: asyncio.Queue[None] = asyncio.Queue()
        self._sleep = asyncio.sleep
        monkeypatch.setattr(asyncio, "sleep", self)

    async def __call__(self, seconds: float, result: object = None) -> object:
        """Sleep."""
        if seconds == reply_posts.LATE_SECONDS:
            await self.ends.get()
        return await self._sleep(0, result)


async def test_a_repeated_post_is_searched_before_its_request_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post of the process that held the request before may arrive some seconds later."""
    sleeps, reply, process = Sleeps(monkeypatch), _kept(uncertain=True), world.process(Leases())
    await process.run((_REPLY,), _ASKED, reply)
    settling = asyncio.create_task(process.settle(reply))
    await world.post_elsewhere()
    assert len(world.replies) == 2
    assert not settling.done()
    await sleeps.ends.put(None)
    await settling

    assert world.replies == reply.posts


@pytest.mark.parametrize("when", ["before the end", "at the end", "after the end"])
async def test_a_post_that_arrives_late_is_deleted(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Another process accepted the request, and answers it until the store has its end."""
    sleeps, reply = Sleeps(monkeypatch), _kept(unconfirmed=True)
    ledger = RequestLedger(cast("Any", leases := Leases()), "slack", lambda: leases.now)
    await world.process(leases, ledger).run((_REPLY,), _ASKED, reply)
    if when == "before the end":
        await world.post_elsewhere()
    await _search_again(world, lambda: sleeps.ends.put(None))
    if when == "at the end":
        await world.post_elsewhere()
    if when != "before the end":
        await _search_again(world, lambda: ledger.end(reply))
    if when == "after the end":
        await world.post_elsewhere()
        await _search_again(world, lambda: sleeps.ends.put(None))
    await world.slack.wait(lambda: len(world.replies) == 1)

    assert world.replies == reply.posts


async def _search_again(world: World, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Let *act* lead to one more search of the thread."""

    def searches() -> int:
        return len([call for call in world.slack.calls if call.method.endswith("replies")])

    before = searches()
    await act()
    await world.slack.wait(lambda: searches() > before)

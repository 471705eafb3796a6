"""A post whose response was lost is found by its metadata, and not made again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from faqbot_slack.events.types import Message
from faqbot_slack.rendering.calls import Call
from tests.adapters.slack.fake.faults import Fault

if TYPE_CHECKING:
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.web_api import WebApi
    from tests.adapters.slack.fake.server import FakeSlack

pytestmark = pytest.mark.usefixtures("needs_slack", "runner")

_READING = frozenset({"chat:write", "channels:history", "im:history"})
_WITHOUT_READING = frozenset({"chat:write", "im:history"})
_TS = "1700000000.000100"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    real = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda _, result=None: real(0, result))


@asynccontextmanager
async def _bot(
    scopes: frozenset[str] | None = None,
) -> AsyncIterator[tuple[FakeSlack, WebApi, Executor]]:
    from faqbot_slack.credentials import Credentials
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.web_api import ChannelRateLimiter, open_web_api
    from tests.adapters.slack.fake.server import FakeSlack

    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(scopes=scopes))
        slack.workspace.saw({"ts": _TS, "user": "U1"}, "C1")
        slack.workspace.saw({"ts": _TS, "user": "U1"}, "D1")
        credentials = Credentials(bot_token="xoxb-fake", api_url=slack.base_url)  # noqa: S106 - opens nothing
        web = await stack.enter_async_context(open_web_api(credentials))
        await web.authenticate()
        executor = Executor(web, ChannelRateLimiter(0.0))
        yield slack, web, executor
        executor.leave_rest()
        await asyncio.gather(*executor._poster._late, return_exceptions=True)


def _asked(channel: str = "C1") -> Message:
    return Message(person="U1", channel=channel, ts=_TS, mentioned=True, keys=("e", "m"))


def _post(text: str, channel: str = "C1", **more: Any) -> Call:  # noqa: ANN401 - arguments of Slack
    return Call("chat.postMessage", {"channel": channel, "text": text, **more})


def _texts(slack: FakeSlack) -> list[str]:
    return [str(call.params["text"]) for call in slack.posts()]


@pytest.mark.parametrize("thread", [{"thread_ts": _TS}, {}], ids=["thread", "channel"])
@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_lost_response_leads_to_no_second_post(
    runner: asyncio.Runner, thread: dict[str, str], times: int
) -> None:
    """Each part of an answer is there once, however often responses are lost."""
    del runner
    async with _bot() as (slack, _, executor):
        slack.fail("chat.postMessage", Fault(drop="after"), times)
        await executor.run((_post("a", **thread), _post("b", **thread)), _asked())

        assert _texts(slack) == ["a", "b"]


async def test_what_follows_a_post_gets_the_timestamp_of_the_found_one(
    runner: asyncio.Runner,
) -> None:
    """A callback works as if the response had arrived."""
    del runner
    seen: list[Any] = []
    async with _bot() as (slack, _, executor):
        slack.fail("chat.postMessage", Fault(drop="after"))
        call = _post("a", thread_ts=_TS)
        noted = Call(call.method, call.arguments, on_success=seen.append)
        await executor.run((noted,), _asked())
        (posted,) = slack.posts()

    assert [response["ts"] for response in seen] == [posted.response["ts"]]


@pytest.mark.parametrize(
    "fault", [Fault(drop="before"), Fault(status=500), Fault(error="internal_error")]
)
async def test_a_post_that_did_not_arrive_is_made(runner: asyncio.Runner, fault: Fault) -> None:
    """Where the thread has no such post, it is posted again."""
    del runner
    async with _bot() as (slack, _, executor):
        slack.fail("chat.postMessage", fault, 2)
        await executor.run((_post("a", thread_ts=_TS),), _asked())

        assert _texts(slack) == ["a"]
        assert {call.method for call in slack.calls} >= {"conversations.replies"}


async def test_a_search_is_tried_again_too(runner: asyncio.Runner) -> None:
    """Slack's trouble while the bot looks is no reason to post twice."""
    del runner
    async with _bot() as (slack, _, executor):
        slack.fail("chat.postMessage", Fault(drop="after"))
        slack.fail("conversations.replies", Fault(status=500), 3)
        await executor.run((_post("a", thread_ts=_TS),), _asked())

        assert _texts(slack) == ["a"]


@pytest.mark.parametrize(
    ("scopes", "channel", "posts"),
    [(_READING, "C1", 1), (_WITHOUT_READING, "C1", 2), (_WITHOUT_READING, "D1", 1)],
)
async def test_without_the_scope_a_post_is_repeated(
    runner: asyncio.Runner, scopes: frozenset[str], channel: str, posts: int
) -> None:
    """The bot reads only where it may, and calls nothing that Slack would refuse."""
    del runner
    async with _bot(scopes) as (slack, _, executor):
        slack.fail("chat.postMessage", Fault(drop="after"))
        await executor.run((_post("a", channel, thread_ts=_TS),), _asked(channel))

        assert len(slack.posts()) == posts
        assert not [call for call in slack.calls if call.error == "missing_scope"]


async def test_a_refused_search_is_logged_once(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack did not tell the scopes; the log says what follows."""
    del runner
    async with _bot(_WITHOUT_READING) as (slack, web, executor):
        web.scopes = frozenset()
        with caplog.at_level("INFO", "faqbot.slack"):
            for _ in range(2):
                slack.fail("chat.postMessage", Fault(drop="after"))
                await executor.run((_post("a", thread_ts=_TS),), _asked())

        assert len(slack.posts()) == 4
        assert caplog.text.count("missing_scope") == 1


async def test_a_long_thread_is_read_by_pages(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post is found behind the first page."""
    del runner
    monkeypatch.setattr("faqbot_slack.transport.post_search._PAGE_SIZE", 2)
    async with _bot() as (slack, _, executor):
        for number in range(5):
            await executor.run((_post(f"{number}", thread_ts=_TS),), Message(keys=(f"{number}",)))
        slack.fail("chat.postMessage", Fault(drop="after"))
        await executor.run((_post("a", thread_ts=_TS),), _asked())

        assert _texts(slack).count("a") == 1


async def test_an_answer_is_continued_where_another_process_ended(
    runner: asyncio.Runner,
) -> None:
    """Parts that were posted are not repeated; the one under way is looked for first."""
    from faqbot_slack.transport.request_ledger import ReplyProgress

    del runner
    calls = tuple(_post(text, thread_ts=_TS) for text in "abc")
    async with _bot() as (slack, _, executor):
        first = ReplyProgress("key")
        await executor.run(calls[:2], _asked(), first)
        resumed = ReplyProgress("key", posts=first.posts[:1], uncertain=True)
        await executor.run(calls, _asked(), resumed)

        assert _texts(slack) == ["a", "b", "c"]
        assert resumed.posts[:2] == first.posts

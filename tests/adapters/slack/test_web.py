"""The Web API over a shared session: what can pass at a second try gets one, and errors get a name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.adapters.slack.fake.faults import Fault

if TYPE_CHECKING:
    from faqbot_slack.transport.web_api import Web
    from tests.adapters.slack.fake.server import FakeSlack

pytestmark = pytest.mark.usefixtures("needs_slack")

_POST = {"channel": "C1", "text": "Nine to five.", "thread_ts": None}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let every pause take no time, and return how long each would have been."""
    pauses, real = list[float](), asyncio.sleep

    async def sleep(seconds: float, result: object = None) -> object:
        if seconds:
            pauses.append(seconds)
        return await real(0, result)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return pauses


@asynccontextmanager
async def _web(token: str = "xoxb-fake") -> AsyncIterator[tuple[FakeSlack, Web]]:  # noqa: S107 - it opens nothing
    from faqbot_slack.credentials import Access
    from faqbot_slack.transport.web_api import open_web
    from tests.adapters.slack.fake.server import FakeSlack

    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack())
        access = Access(bot_token=token, api_url=slack.base_url)
        yield slack, await stack.enter_async_context(open_web(access))


async def test_call_returns_what_slack_answers(runner: asyncio.Runner) -> None:
    """A call is made once, without the arguments that are None."""
    del runner
    async with _web() as (slack, web):
        answered = await web.call("chat.postMessage", _POST)

    assert answered["ok"]
    assert [set(call.params) & set(_POST) for call in slack.calls] == [{"channel", "text"}]


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (Fault(status=500), 2),
        (Fault(status=503), 2),
        (Fault(error="internal_error"), 2),
        (Fault(status=429, retry_after=1), 4),
        (Fault(drop="before"), 2),
    ],
)
async def test_passing_trouble_is_waited_out(
    fault: Fault, times: int, runner: asyncio.Runner
) -> None:
    """What is Slack's own trouble, or the network's, is tried again."""
    del runner
    async with _web() as (slack, web):
        slack.fail("chat.postMessage", fault, times)
        answered = await web.call("chat.postMessage", _POST)

    assert answered["ok"]
    assert len(slack.calls) == times + 1


async def test_slack_says_how_long_to_wait(runner: asyncio.Runner, slept: list[float]) -> None:
    """A 429 is waited out for as long as Slack says."""
    del runner
    async with _web() as (slack, web):
        slack.fail("chat.postMessage", Fault(status=429, retry_after=7))
        await web.call("chat.postMessage", _POST)

    assert 7 <= max(slept) < 8.5


@pytest.mark.parametrize(
    ("fault", "reason", "calls"),
    [
        (Fault(error="invalid_blocks"), "invalid_blocks", 1),
        (Fault(error="not_in_channel"), "not_in_channel", 1),
        (Fault(status=429, retry_after=3600), "ratelimited", 1),
        (Fault(status=500), "status 500", 3),
        (Fault(drop="before"), "no connection", 3),
    ],
)
async def test_what_does_not_pass_has_a_name(
    fault: Fault, reason: str, calls: int, runner: asyncio.Runner
) -> None:
    """What fails for good is a CallFailed that says how, after no more tries than help."""
    del runner
    from faqbot_slack.transport.web_api import CallFailed

    async with _web() as (slack, web):
        slack.fail("chat.postMessage", fault, 100)
        with pytest.raises(CallFailed, match=reason):
            await web.call("chat.postMessage", _POST)

    assert len(slack.calls) == calls


async def test_deadline_ends_a_call(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call has an end, whatever Slack says about trying again."""
    del runner
    from faqbot_slack.transport.web_api import CallFailed

    monkeypatch.setattr("faqbot_slack.transport.web_api._DEADLINE", 0.0)
    async with _web() as (_, web):
        with pytest.raises(CallFailed, match="no answer in time"):
            await web.call("chat.postMessage", _POST)


async def test_authentication_tells_scopes(runner: asyncio.Runner) -> None:
    """Who the bot is and what it may do come from one call."""
    del runner
    async with _web() as (slack, web):
        slack.workspace.scopes = frozenset({"chat:write", "commands"})
        said, scopes = await web.authenticate()

    assert said["user_id"] == "U0BOT"
    assert scopes == {"chat:write", "commands"}
    assert len(slack.calls) == 1


async def test_wrong_token_is_refused(runner: asyncio.Runner) -> None:
    """A token that Slack does not know is invalid_auth, at once."""
    del runner
    from faqbot_slack.transport.web_api import CallFailed

    async with _web("xoxb-wrong") as (slack, web):
        with pytest.raises(CallFailed, match="invalid_auth"):
            await web.authenticate()

    assert len(slack.calls) == 1


async def test_response_url_takes_a_message(runner: asyncio.Runner) -> None:
    """A post to a response_url passes, also at a second try."""
    del runner
    async with _web() as (slack, web):
        url = slack.prepared({"response_url": ""})["response_url"]
        slack.fail("response", Fault(status=500))
        await web.respond(url, {"text": "Nine to five.", "response_type": "ephemeral"})

    assert [call.ok for call in slack.responses] == [False, True]


async def test_response_url_that_is_spent_has_a_name(runner: asyncio.Runner) -> None:
    """The sixth post to a response_url fails with what Slack calls it."""
    del runner
    from faqbot_slack.transport.web_api import CallFailed

    async with _web() as (slack, web):
        url = slack.prepared({"response_url": ""})["response_url"]
        for _ in range(5):
            await web.respond(url, {"text": "Nine to five."})
        with pytest.raises(CallFailed, match="used_url"):
            await web.respond(url, {"text": "Nine to five."})

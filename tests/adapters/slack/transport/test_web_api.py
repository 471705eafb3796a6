"""A message a second to each channel, without one channel waiting for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from faqbot_slack.transport.web_api import ChannelRateLimiter
from tests.adapters.slack.fake.faults import Fault

if TYPE_CHECKING:
    from faqbot_slack.transport.web_api import WebApi
    from tests.adapters.slack.fake.server import FakeSlack


_POST = {"channel": "C1", "text": "Nine to five.", "thread_ts": None}
pytestmark = pytest.mark.usefixtures("needs_slack", "runner")


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
async def _web(token: str = "xoxb-fake") -> AsyncIterator[tuple[FakeSlack, WebApi]]:  # noqa: S107 - it opens nothing
    from faqbot_slack.credentials import Credentials
    from faqbot_slack.transport.web_api import open_web_api
    from tests.adapters.slack.fake.server import FakeSlack

    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack())
        credentials = Credentials(bot_token=token, api_url=slack.base_url)
        yield slack, await stack.enter_async_context(open_web_api(credentials))


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
        (Fault(error="ratelimited"), 4),
        (Fault(error="rate_limited"), 4),
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


@pytest.mark.parametrize("seconds", [7, 61, 300])
async def test_slack_says_how_long_to_wait(
    seconds: int, runner: asyncio.Runner, slept: list[float]
) -> None:
    """A 429 is waited out for as long as Slack says, up to some minutes."""
    del runner
    async with _web() as (slack, web):
        slack.fail("chat.postMessage", Fault(status=429, retry_after=seconds))
        answered = await web.call("chat.postMessage", _POST)

    assert answered["ok"]
    assert seconds <= max(slept) < seconds + 1.5


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

    monkeypatch.setattr("faqbot_slack.transport.web_api.CALL_SECONDS", 0.0)
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


async def _no_time(seconds: float) -> None:
    _slept.append(seconds)
    await asyncio.sleep(0)


_slept: list[float] = []


@pytest.fixture(autouse=True)
def _awake() -> None:
    _slept.clear()


async def _take(limiter: ChannelRateLimiter, channel: str, order: list[str], name: str) -> None:
    async with limiter.turn(channel):
        order.append(name)


async def test_turns_come_in_order_and_apart(runner: asyncio.Runner) -> None:
    """The first waits for nothing, the others a second after the one before, as they came."""
    del runner
    limiter, order = ChannelRateLimiter(1.0, _no_time), list[str]()

    await asyncio.gather(*(_take(limiter, "C1", order, name) for name in "abc"))

    assert order == ["a", "b", "c"]
    assert _slept[0] == 0
    assert all(0.5 < pause <= 1.0 for pause in _slept[1:])


async def test_channels_do_not_wait_for_each_other(runner: asyncio.Runner) -> None:
    """While one channel's turn is taken, another's is free."""
    del runner
    limiter, order = ChannelRateLimiter(1.0, _no_time), list[str]()

    async with limiter.turn("C1"):
        await _take(limiter, "C2", order, "b")

    assert order == ["b"]
    assert _slept == [0, 0]


async def test_failed_turn_is_given_back(runner: asyncio.Runner) -> None:
    """An error in a turn leaves the channel open for the next."""
    del runner
    limiter, order = ChannelRateLimiter(0.0, _no_time), list[str]()
    with pytest.raises(ValueError, match="lost"):
        async with limiter.turn("C1"):
            raise ValueError("lost")

    await _take(limiter, "C1", order, "b")

    assert order == ["b"]


async def test_quiet_channels_are_forgotten(runner: asyncio.Runner) -> None:
    """A channel that is done takes no memory."""
    del runner
    limiter = ChannelRateLimiter(0.0, _no_time)
    for number in range(50):
        await _take(limiter, f"C{number}", [], "")

    assert len(limiter._channels) == 0


async def test_last_ones_keep_no_limiter(runner: asyncio.Runner) -> None:
    """When the bot is about to end, those that wait get their turns at once."""
    del runner
    limiter, order = ChannelRateLimiter(1000.0, _no_time), list[str]()
    limiter.disable()

    await asyncio.gather(*(_take(limiter, "C1", order, name) for name in "abc"))

    assert order == ["a", "b", "c"]
    assert max(_slept) == 0

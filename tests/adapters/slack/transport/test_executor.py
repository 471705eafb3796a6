"""What a person is told when something failed, and where."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from faqbot_slack.events.types import (
    AnswerThis,
    BlockAction,
    HomeOpened,
    Message,
    MessageDeleted,
    Request,
    SlashCommand,
    ViewSubmission,
)
from faqbot_slack.rendering.calls import NOTHING, Call
from faqbot_slack.transport.executor import error_plan, error_replies, new_reference

if TYPE_CHECKING:
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.request_ledger import ReplyProgress

pytestmark = pytest.mark.usefixtures("needs_slack")


_ASKED = Message(person="U1", channel="C1", ts="1.0", mentioned=True, text="a secret question")
_URL = "https://hooks.example.org/1"
_WHO = {"person": "U1", "channel": "C1"}


class _Web:
    """Takes calls down, and fails those that *failures* names, one after the other."""

    def __init__(self, *failures: str) -> None:
        self.failures = list(failures)
        self.made: list[tuple[str, Mapping[str, Any]]] = []

    async def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        from faqbot_slack.transport.web_api import CallFailed

        self.made.append((method, arguments))
        if self.failures and (failure := self.failures.pop(0)):
            raise CallFailed(failure)
        return {"ok": True, "ts": "2.0"}

    async def post(
        self,
        arguments: Mapping[str, Any],
        *,
        before: Callable[[], Awaitable[None]],
        seconds: float,
    ) -> dict[str, Any]:
        assert seconds > 0
        await before()
        return await self.call("chat.postMessage", arguments)

    async def respond(self, url: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self.call(url, body)


def _executor(web: _Web) -> Executor:
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.web_api import ChannelRateLimiter

    return Executor(cast("Any", web), ChannelRateLimiter(0.0))


def _post(text: str, **more: Any) -> Call:  # noqa: ANN401 - fields of Call
    return Call("chat.postMessage", {"channel": "C1", "text": text}, **more)


async def test_calls_are_made_in_turn(runner: asyncio.Runner) -> None:
    """One after the other, and what Slack answers is handed on."""
    del runner
    web, answered = _Web(), list[Mapping[str, Any]]()

    await _executor(web).run((_post("a", on_success=answered.append), _post("b")), _ASKED)

    assert [arguments["text"] for _, arguments in web.made] == ["a", "b"]
    assert answered == [{"ok": True, "ts": "2.0"}]


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_a_refused_token_makes_the_bot_not_ready(error: str, runner: asyncio.Runner) -> None:
    """A supervisor sees it, until a call passes again."""
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.http import Health
    from faqbot_slack.transport.web_api import ChannelRateLimiter

    del runner
    health = Health()
    health.is_up()
    executor = Executor(cast("Any", _Web(error)), ChannelRateLimiter(0.0), health)

    await executor.run((_post("a"),), _ASKED)
    health.is_up()  # the connection still stands
    assert (health.ready, health.reason) == (False, f"Slack refuses the token ({error})")

    await executor.run((_post("b"),), _ASKED)
    assert health.ready


async def test_a_refused_place_leaves_the_bot_ready(runner: asyncio.Runner) -> None:
    """Other channels are answered."""
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.http import Health
    from faqbot_slack.transport.web_api import ChannelRateLimiter

    del runner
    health = Health()
    health.is_up()
    executor = Executor(cast("Any", _Web("is_archived")), ChannelRateLimiter(0.0), health)

    await executor.run((_post("a"),), _ASKED)
    assert health.ready


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "msg_too_long"])
async def test_simpler_forms_follow(error: str, runner: asyncio.Runner) -> None:
    """A form that Slack refuses is followed by the next, down to the last."""
    del runner
    web = _Web(error, error)
    forms = ({"channel": "C1", "text": "b"}, {"channel": "C1", "text": "c"})

    await _executor(web).run((_post("a", simpler=forms),), _ASKED)

    assert [arguments["text"] for _, arguments in web.made] == ["a", "b", "c"]


async def test_apology_when_no_form_passes(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """After the last form the person gets an apology, with the reference that the log has."""
    del runner
    web = _Web("invalid_blocks", "invalid_blocks")

    await _executor(web).run((_post("a", simpler=({"text": "b"},)), _post("never")), _ASKED)

    apology = web.made[-1][1]
    assert len(web.made) == 3
    assert (apology["channel"], apology["thread_ts"]) == ("C1", "1.0")
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.getMessage().split("Reference ")[1].rstrip(".") in apology["text"]


@pytest.mark.parametrize(
    "error",
    ["channel_not_found", "not_in_channel", "is_archived", "restricted_action", "account_inactive"],
)
async def test_what_is_out_of_reach_is_tried_once(
    error: str, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nothing can arrive, no apology is tried; the log has one line, without any text."""
    del runner
    web = _Web(error)

    await _executor(web).run((_post("a", simpler=({"text": "b"},)),), _ASKED)

    assert len(web.made) == 1
    (record,) = caplog.records
    assert error in record.getMessage()
    assert "secret" not in caplog.text


async def test_other_way_when_a_response_url_is_spent(runner: asyncio.Runner) -> None:
    """An apology for a dead response_url comes as a message that only that person sees."""
    del runner
    web = _Web("expired_url")
    press = BlockAction(person="U1", channel="C1", response_url=_URL)

    await _executor(web).run((Call("response", {"text": "a"}, _URL),), press)

    assert [method for method, _ in web.made] == [_URL, "chat.postEphemeral"]


async def test_what_nobody_awaits_costs_nothing(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """A failed extra is noted once, and the rest of the row goes on."""
    del runner
    web = _Web("missing_scope", "", "missing_scope")
    extra = Call("assistant.threads.setSuggestedPrompts", {"channel_id": "D1"})
    executor = _executor(web)

    await executor.run((extra, _post("a")), HomeOpened(person="U1"))
    await executor.run((extra,), HomeOpened(person="U1"))

    assert len(web.made) == 3
    assert [each.levelname for each in caplog.records] == ["WARNING"]


async def test_failing_callback_is_no_failure(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """What was to follow a message may fail; the next message is made, and no text is logged."""
    del runner
    web = _Web()

    def fail(_: Mapping[str, Any]) -> None:
        raise ValueError("a secret question")

    await _executor(web).run((_post("a", on_success=fail), _post("b")), _ASKED)

    assert len(web.made) == 2
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


async def test_other_calls_stand_in(runner: asyncio.Runner) -> None:
    """What was planned for a failure is made instead, and nobody is told of a fault."""
    del runner
    web = _Web("not_in_channel")
    told = Call("chat.postEphemeral", {"channel": "C1", "user": "U1", "text": "Invite me."})

    await _executor(web).run((_post("a", instead=(told,)), _post("never")), _ASKED)

    assert [method for method, _ in web.made] == ["chat.postMessage", "chat.postEphemeral"]


async def test_apology_when_what_stands_in_fails(runner: asyncio.Runner) -> None:
    """When that fails as well, the person is told that something went wrong."""
    del runner
    web = _Web("cannot_do", "cannot_do")

    await _executor(web).run((_post("a", instead=(_post("b"),)),), _ASKED)

    assert len(web.made) == 3
    assert "went wrong" in web.made[-1][1]["text"]


async def test_what_stands_in_may_have_a_stand_in(runner: asyncio.Runner) -> None:
    """The first way that passes is gone to its end, and no other."""
    del runner
    last = (_post("c"), _post("told"))
    row = (_post("a", instead=(_post("b", instead=last), _post("no"))), _post("never"))
    web = _Web("not_in_channel", "not_in_channel")

    await _executor(web).run(row, _ASKED)

    assert [arguments["text"] for _, arguments in web.made] == ["a", "b", "c", "told"]


async def test_calls_follow_from_an_answer(runner: asyncio.Runner) -> None:
    """What was planned for once a message is there is done before the rest of the row."""
    del runner
    web = _Web()
    first = _post("a", on_success=lambda answered: (_post(f"after {answered['ts']}"),))

    await _executor(web).run((first, _post("b")), _ASKED)

    assert [arguments["text"] for _, arguments in web.made] == ["a", "after 2.0", "b"]


@pytest.mark.parametrize(
    ("request_", "made"),
    [
        (Message(**_WHO, ts="1.0", mentioned=True), [("chat.postMessage", "C1", "1.0")]),
        (Message(**_WHO, ts="2.0", thread="1.0"), [("chat.postMessage", "C1", "1.0")]),
        (Message(**_WHO, ts="1.0", direct=True), [("chat.postMessage", "C1", "1.0")]),
        (Message(**_WHO, ts="1.0"), []),
        (HomeOpened(person="U1"), []),
        (MessageDeleted(**_WHO), []),
        (
            BlockAction(**_WHO, response_url=_URL),
            [("response", None, None), ("chat.postEphemeral", "C1", None)],
        ),
        (
            AnswerThis(**_WHO, response_url=_URL),
            [("response", None, None), ("chat.postEphemeral", "C1", None)],
        ),
        (SlashCommand(**_WHO), [("chat.postEphemeral", "C1", None)]),
        (ViewSubmission(person="U1"), [("chat.postMessage", "U1", None)]),
    ],
)
def test_person_is_told_where_they_asked(
    request_: Request, made: list[tuple[str, str | None, str | None]]
) -> None:
    """In the thread, by the response_url, or so that they alone see it; nobody else is bothered."""
    calls = list(error_replies(request_, "7F3A"))

    assert [
        (call.method, call.arguments.get("channel"), call.arguments.get("thread_ts"))
        for call in calls
    ] == made
    assert all("reference 7F3A" in call.arguments["text"] for call in calls)


def test_url_that_failed_is_not_tried_again() -> None:
    """When the response_url is what failed, the other way is the first."""
    press = BlockAction(**_WHO, response_url=_URL)

    assert [call.method for call in error_replies(press, "7F3A", failed=_URL)] == [
        "chat.postEphemeral"
    ]


def test_command_is_answered_in_its_acknowledgement() -> None:
    """A command that could not be worked out needs no call at all."""
    plan = error_plan(SlashCommand(**_WHO, response_url=_URL), "7F3A")

    assert plan.ack["response_type"] == "ephemeral"
    assert plan.calls == ()


def test_strangers_are_not_bothered() -> None:
    """When it is unknown whether the bot would have answered, only who asked it hears of a failure."""
    overheard = Message(**_WHO, ts="2.0", thread="1.0")

    assert error_plan(overheard, "7F3A") == NOTHING
    assert error_plan(replace(overheard, mentioned=True), "7F3A").calls


def test_references_can_be_read_out() -> None:
    """A reference is four characters, and nearly always another."""
    references = {new_reference() for _ in range(100)}

    assert all(re.fullmatch("[0-9A-F]{4}", each) for each in references)
    assert len(references) > 90


class _Ledger:
    """Ledger in which *held* says if this process still has the request."""

    def __init__(self, *, held: bool) -> None:
        self.held = held
        self.begun: list[list[str]] = []

    post_seconds = 7.5

    async def begin_post(self, reply: ReplyProgress) -> bool:
        self.begun.append([*reply.posts])
        return self.held

    def has_lease(self, reply: ReplyProgress) -> bool:
        del reply
        return self.held


@pytest.mark.parametrize("held", [True, False])
async def test_a_request_of_another_process_is_not_posted(
    held: bool,  # noqa: FBT001 - a value of the table
    runner: asyncio.Runner,
) -> None:
    """Before each post the ledger is asked; a lost request is left, without an apology."""
    from faqbot_slack.transport.executor import Executor
    from faqbot_slack.transport.request_ledger import ReplyProgress
    from faqbot_slack.transport.web_api import ChannelRateLimiter

    del runner
    web, ledger, reply = _Web(), _Ledger(held=held), ReplyProgress("k", kept=True)
    executor = Executor(cast("Any", web), ChannelRateLimiter(0.0), None, cast("Any", ledger))
    await executor.run((_post("a"), _post("b")), _ASKED, reply)

    assert len(web.made) == (2 if held else 0)
    assert reply.left is not held
    assert ledger.begun == ([[], ["2.0"]] if held else [[]])


async def test_at_the_end_no_post_of_a_kept_request_begins(runner: asyncio.Runner) -> None:
    """The next process makes it; a request that is not kept is still answered."""
    from faqbot_slack.transport.request_ledger import ReplyProgress

    del runner
    web = _Web()
    executor = _executor(web)
    executor.leave_rest()
    kept, other = ReplyProgress("k", kept=True), ReplyProgress("k")
    await executor.run((_post("a"),), _ASKED, kept)
    await executor.run((_post("b"),), _ASKED, other)

    assert [arguments["text"] for _, arguments in web.made] == ["b"]
    assert (kept.left, other.left) == (True, False)


async def test_posts_name_their_request(runner: asyncio.Runner) -> None:
    """Each post of a request has metadata with its key and number; simpler forms have the same."""
    del runner
    web = _Web("", "invalid_blocks")
    request = replace(_ASKED, keys=("e", "m"))
    forms = ({"channel": "C1", "text": "c"},)
    await _executor(web).run((_post("a"), _post("b", simpler=forms)), request)
    await _executor(web).run((_post("d"),), _ASKED)

    payloads = [arguments.get("metadata", {}).get("event_payload") for _, arguments in web.made]
    key = payloads[0]["request"]
    assert len(key) == 32
    numbers = [{"request": key, "post": number} for number in (0, 1, 1)]
    assert payloads == [*numbers, None]


@pytest.mark.parametrize(
    ("progress", "apologies"),
    [({"kept": True}, 0), ({"kept": True, "last": True}, 1), ({}, 1)],
    ids=["kept", "last try", "not kept"],
)
async def test_what_slack_cannot_take_now_is_tried_again_later(
    progress: dict[str, bool],
    apologies: int,
    runner: asyncio.Runner,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While Slack is out of reach, a kept request waits in the store, without an apology."""
    from faqbot_slack.transport import reply_posts
    from faqbot_slack.transport.request_ledger import ReplyProgress
    from faqbot_slack.transport.web_api import CallFailed

    del runner
    monkeypatch.setattr(reply_posts, "POST_PAUSES", ())
    reply, web = ReplyProgress("k", **progress), _Web()

    async def fail(arguments: Mapping[str, Any], **_: object) -> dict[str, Any]:
        web.made.append(("chat.postMessage", arguments))
        raise CallFailed("status 503", is_passing=True)

    monkeypatch.setattr(web, "post", fail)
    await _executor(web).run((_post("a"), _post("never")), _ASKED, reply)

    assert len(web.made) == 1 + apologies
    assert reply.postponed is not bool(apologies)
    assert caplog.text.count("not delivered") == 1

"""The app acknowledges every request, and answers a repeated one as the first."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.events.types import Identity, Request
from faqbot_slack.rendering.calls import NOTHING, Plan
from tests.adapters.slack.fake import payloads

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from faqbot_slack.transport.request_ledger import ReplyProgress

pytestmark = pytest.mark.usefixtures("needs_slack")


class _Executor:
    """Executor that makes no call."""

    async def run(self, calls: object, request: object, reply: object) -> None:
        del calls, request, reply

    async def settle(self, reply: ReplyProgress) -> None:
        del reply

    async def attempt(self, call: object) -> None:
        del call


def _app(plan: Plan, planned: list[Request]) -> AsyncApp:
    """Return an app with one listener for commands and one for each other kind of request."""
    from slack_sdk.web.async_client import AsyncWebClient

    from faqbot_slack.transport.app import make_app, make_listener
    from faqbot_slack.transport.dispatcher import Dispatcher

    def handler(request: Request) -> Plan:
        planned.append(request)
        return plan

    # No server listens there: a call on the way to the handler would fail.
    client = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:1/api/")  # noqa: S106 - it opens nothing
    dispatcher = Dispatcher(cast("Any", _Executor()))
    identity = Identity(payloads.BOT, payloads.BOT_ID, payloads.TEAM)
    app = make_app(identity, dispatcher, client)
    any_name = re.compile("")
    for register in (app.event, app.command, app.shortcut, app.action, app.view):
        register(any_name)(make_listener(dispatcher, handler))
    return app


async def test_acknowledgement_has_a_body(runner: asyncio.Runner) -> None:
    """The plan's acknowledgement of a command is Bolt's response."""
    del runner
    from faqbot_slack.transport.app import dispatch

    said = {"response_type": "ephemeral", "text": "Nine to five. \u2713"}

    assert json.loads(await dispatch(_app(Plan(said), []), payloads.slash("hours"))) == said


async def test_our_log_keeps_its_level(runner: asyncio.Runner) -> None:
    """Bolt is kept quiet, and what faqbot logs is not."""
    del runner
    before = logging.getLogger("faqbot").level
    app = _app(NOTHING, [])
    from faqbot_slack.transport.app import dispatch

    await dispatch(app, payloads.mention("hello"))

    assert logging.getLogger("faqbot").level == before
    assert logging.getLogger("slack_bolt").level == logging.ERROR


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_KEYS = (
    *(
        "type",
        "event",
        "command",
        "payload",
        "user",
        "team",
        "channel",
        "view",
        "actions",
        "message",
    ),
    *("authorizations", "enterprise", "is_enterprise_install", "event_id", "token", "container"),
    *(
        "user_id",
        "team_id",
        "channel_id",
        "trigger_id",
        "response_url",
        "callback_id",
        "assistant_thread",
    ),
)
_KINDS = st.sampled_from(
    [
        "event_callback",
        "block_actions",
        "view_submission",
        "view_closed",
        "message_action",
        "shortcut",
    ]
)


@given(
    body=st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=8),
    kind=st.none() | _KINDS,
    event=st.none() | st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=6),
)
def test_any_body_is_acknowledged(
    body: dict[str, Any], kind: str | None, event: dict[str, Any] | None, runner: asyncio.Runner
) -> None:
    """Whatever JSON comes in place of what should, it is acknowledged, and arrives if Bolt can read it."""
    from faqbot_slack.transport.app import dispatch

    sent = {**body, **({"type": kind} if kind else {}), **({"event": event} if event else {})}
    planned: list[Request] = []

    assert runner.run(dispatch(_app(NOTHING, planned), sent)) == ""
    assert len(planned) <= 1


async def test_redelivered_command_gets_the_same_acknowledgement(runner: asyncio.Runner) -> None:
    """The second copy of a command is answered as the first, without a second plan."""
    del runner
    from faqbot_slack.transport.app import dispatch

    said = {"response_type": "ephemeral", "text": "Nine to five."}
    planned: list[Request] = []
    app = _app(Plan(said), planned)
    body = payloads.slash("hours", trigger_id="1.2")
    bodies = await asyncio.gather(dispatch(app, body), dispatch(app, body), dispatch(app, body))

    assert [json.loads(each) for each in bodies] == [said] * 3
    assert len(planned) == 1


@pytest.mark.parametrize("safe", [True, False])
async def test_a_question_that_a_crash_would_lose_is_not_acknowledged(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, *, safe: bool
) -> None:
    """Slack delivers it again, over HTTP and over Socket Mode."""
    from slack_sdk.socket_mode.request import SocketModeRequest

    from faqbot_slack.transport.app import dispatch
    from faqbot_slack.transport.dispatcher import Dispatcher
    from faqbot_slack.transport.http import BadRequest
    from faqbot_slack.transport.socket_mode import _Handler

    del runner
    asked, sent = list[Request](), list[object]()

    async def is_safe(_: Dispatcher, request: Request) -> bool:
        asked.append(request)
        return safe

    class Client:
        logger = logging.getLogger("test")

        async def send_socket_mode_response(self, response: object) -> None:
            sent.append(response)

    monkeypatch.setattr(Dispatcher, "is_safe", is_safe)
    app, body = _app(NOTHING, []), payloads.mention("hello")
    handler = _Handler(app, "xapp-1", logger=logging.getLogger("test"))
    request = SocketModeRequest(type="events_api", envelope_id="e", payload=body)
    await handler.handle(cast("Any", Client()), request)
    await handler.client.close()  # type: ignore[no-untyped-call]  # as the SDK leaves it
    if safe:
        assert await dispatch(app, body) == ""
    else:
        with pytest.raises(BadRequest) as refused:
            await dispatch(app, body)
        assert refused.value.status == 503

    assert len(sent) == safe
    assert len(asked) == 2


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_the_reply_to_a_redelivered_question_is_looked_for(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Its first copy may have been answered by a process that had no store, and died."""
    from slack_sdk.socket_mode.request import SocketModeRequest

    from faqbot_slack.transport.admission import Admission
    from faqbot_slack.transport.app import dispatch
    from faqbot_slack.transport.socket_mode import _Handler

    del runner
    replies: list[ReplyProgress] = []
    take = Admission.take

    def note(self: Admission, request: Request) -> ReplyProgress:
        replies.append(take(self, request))
        return replies[-1]

    class Client:
        logger = logging.getLogger("test")

        async def send_socket_mode_response(self, response: object) -> None:
            assert response

    monkeypatch.setattr(Admission, "take", note)
    app = _app(NOTHING, [])
    handler = _Handler(app, "xapp-1", logger=logging.getLogger("test"))
    for attempt in (0, 1):
        body = payloads.mention("hello")
        if way == "http":
            await dispatch(app, body, {"X-Slack-Retry-Num": "1"} if attempt else {})
        else:
            request = SocketModeRequest(
                type="events_api", envelope_id="e", payload=body, retry_attempt=attempt
            )
            await handler.handle(cast("Any", Client()), request)
    await handler.client.close()  # type: ignore[no-untyped-call]  # as the SDK leaves it

    assert [reply.unconfirmed for reply in replies] == [False, True]

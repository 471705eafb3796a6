"""Whatever Slack sends, Bolt hands to the reception, and its acknowledgement back."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.slack.fake import payloads

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

pytestmark = pytest.mark.usefixtures("needs_slack")


class _Reception:
    """Takes bodies down, and acknowledges all alike."""

    def __init__(self, acknowledgement: Mapping[str, Any]) -> None:
        self.acknowledgement = acknowledgement
        self.received: list[Mapping[str, Any]] = []

    async def receive(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        self.received.append(body)
        return self.acknowledgement


def _app(reception: _Reception) -> AsyncApp:
    from slack_sdk.web.async_client import AsyncWebClient

    from faqbot_slack.transport.app import make_app

    # Nobody listens there: a call on the way to the reception would fail.
    client = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:1/api/")  # noqa: S106 - it opens nothing
    return make_app(cast("Any", reception), client)


@pytest.mark.parametrize(
    "body",
    [
        payloads.mention("<@U0BOT> hello"),
        payloads.direct_message("hello"),
        payloads.bot_message("hello"),
        payloads.channel_join(),
        payloads.slash("what is the payload limit?"),
        payloads.message_action("hello"),
        payloads.shortcut(),
        payloads.app_home_opened(),
        {"type": "event_callback", "event": {"type": "no_such_event"}},
        {"type": "url_verification", "challenge": "x"},
        {"ssl_check": "1"},
        {"type": 5, "event": [], "user": {"id": None}},
        {},
    ],
    ids=lambda body: str(body.get("type")),
)
async def test_everything_is_received(body: Mapping[str, Any], runner: asyncio.Runner) -> None:
    """Each kind arrives as it was, is acknowledged, and costs no call."""
    del runner
    from faqbot_slack.transport.app import dispatch

    reception = _Reception({})

    assert await dispatch(_app(reception), body) == ""
    assert reception.received == [body]


async def test_acknowledgement_has_a_body(runner: asyncio.Runner) -> None:
    """What the reception says at once is in the acknowledgement."""
    del runner
    from faqbot_slack.transport.app import dispatch

    said = {"response_type": "ephemeral", "text": "Nine to five. \u2713"}

    assert json.loads(await dispatch(_app(_Reception(said)), payloads.slash("hours"))) == said


async def test_our_log_keeps_its_level(runner: asyncio.Runner) -> None:
    """Bolt is kept quiet, and what faqbot logs is not."""
    del runner
    before = logging.getLogger("faqbot").level
    app = _app(_Reception({}))
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
    reception = _Reception({})

    assert runner.run(dispatch(_app(reception), sent)) == ""
    assert reception.received in ([sent], [])

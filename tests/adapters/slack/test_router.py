"""Bolt passes each kind of request to one handler, once, and acknowledges the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")

from slack_sdk.web.async_client import AsyncWebClient

from faqbot_slack import router
from faqbot_slack.events.types import Identity
from faqbot_slack.rendering.calls import NOTHING, Plan
from faqbot_slack.transport.app import dispatch, make_app
from faqbot_slack.transport.dispatcher import Dispatcher
from tests.adapters.slack.fake import payloads
from tests.adapters.slack.planning import make_state

ME = Identity(payloads.BOT, payloads.BOT_ID, payloads.TEAM)
_VIEW = {"type": "modal", "callback_id": "faq_suggest_form", "blocks": []}


class _Executor:
    """Executor that makes no call."""

    async def run(self, calls: object, request: object, reply: object) -> None:
        del calls, request, reply

    async def attempt(self, call: object) -> None:
        del call

    def disable_rate_limit(self) -> None:
        return

    def leave_rest(self) -> None:
        return


class _Routed:
    """App with the real listeners, whose handlers note their own names."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.called: list[str] = []
        for name in [each for each in vars(router) if each.startswith("handle_")]:
            monkeypatch.setattr(router, name, self._handler(name))
        # No server listens there: a call on the way to a handler would fail.
        client = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:1/api/")  # noqa: S106 - no secret
        executor: Any = _Executor()
        self.dispatcher = Dispatcher(executor)
        self.app = make_app(ME, self.dispatcher, client)
        router.register_listeners(self.app, make_state(), self.dispatcher)

    def _handler(self, name: str) -> Callable[[object, object], Plan]:
        def handler(state: object, request: object) -> Plan:
            del state, request
            self.called.append(name)
            return NOTHING

        return handler

    async def send(self, *bodies: Mapping[str, Any]) -> list[str]:
        """Dispatch *bodies* and return the names of the handlers that ran."""
        for body in bodies:
            assert await dispatch(self.app, body) == ""
        for _ in range(3):  # Bolt starts an event's listener in a task of its own
            await asyncio.sleep(0)
        assert await self.dispatcher.drain(5) == 0
        return self.called


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch, needs_slack: None) -> Iterator[_Routed]:
    """Return the app with noting handlers."""
    del needs_slack
    return _Routed(monkeypatch)


_MESSAGE = payloads.message("hello")
_ROUTES: list[tuple[Mapping[str, Any], str]] = [
    (payloads.mention("<@U0BOT> hello"), "handle_message"),
    (payloads.direct_message("hello"), "handle_message"),
    (_MESSAGE, "handle_message"),
    (payloads.message("hello", subtype="file_share"), "handle_message"),
    (payloads.message("hello", subtype="thread_broadcast"), "handle_message"),
    (payloads.message_deleted(_MESSAGE), "handle_deleted"),
    (payloads.app_home_opened(), "handle_home"),
    (payloads.slash("hours"), "handle_command"),
    ({**payloads.slash("hours"), "command": "/faq"}, "handle_command"),
    (payloads.message_action("hello"), "handle_answer_shortcut"),
    (payloads.shortcut(), "handle_suggest_shortcut"),
    (payloads.view_submission(_VIEW, {}), "handle_submission"),
    *(
        (payloads.view_submission({**_VIEW, "callback_id": name}, {}), "handle_submission")
        for name in ("faq_reason_form", "faq_edit_form")
    ),
    *(
        (payloads.block_action(action, "x"), name)
        for action, name in {
            "faq_choice_1": "handle_entry",
            "faq_choice_12": "handle_entry",
            "faq_follow_5": "handle_entry",
            "faq_choice_none": "handle_none_of_these",
            "faq_feedback": "handle_feedback",
            "faq_share": "handle_share",
            "faq_remove": "handle_remove",
            "faq_suggest": "handle_suggest",
            "faq_escalate": "handle_escalation",
            "faq_approve": "handle_decision",
            "faq_edit": "handle_decision",
            "faq_reject": "handle_decision",
            "faq_home_search": "handle_search",
            "faq_home_show_3": "handle_show",
        }.items()
    ),
]


def _name(value: object) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("body", "handler"), _ROUTES, ids=_name)
async def test_each_request_has_one_handler(
    body: Mapping[str, Any], handler: str, routed: _Routed, runner: asyncio.Runner
) -> None:
    """One listener takes a request, and Bolt calls no other."""
    del runner
    assert await routed.send(body) == [handler]


@pytest.mark.parametrize(
    "body",
    [
        payloads.bot_message("hello"),
        payloads.channel_join(),
        payloads.message_changed(_MESSAGE, "hello again"),
        payloads.mention("<@U0BOT> hello", user=payloads.BOT),
        payloads.mention("<@U0BOT> hello", user="USLACKBOT"),
        payloads.slash("hours", user_id=""),
        payloads.block_action("somebody_elses", "x"),
        payloads.block_action("", "x"),
        payloads.block_action("faq_choice_none_of_ours", "x"),
        payloads.block_action("my_faq_suggest", "x"),
        payloads.view_submission({**_VIEW, "callback_id": "delete_everything"}, {}),
        {"type": "event_callback", "event": {"type": "no_such_event"}},
        {"type": "url_verification", "challenge": "x"},
        {"ssl_check": "1"},
        {"type": 5, "event": [], "user": {"id": None}},
        {},
    ],
    ids=lambda body: str(body.get("type")),
)
async def test_irrelevant_request_is_acknowledged_only(
    body: Mapping[str, Any], routed: _Routed, runner: asyncio.Runner
) -> None:
    """A request for which there is no handler gets an empty acknowledgement."""
    del runner
    assert await routed.send(body) == []


async def test_redelivery_and_twin_reach_no_handler(
    routed: _Routed, runner: asyncio.Runner
) -> None:
    """The same event again, or the second event of one mention, is acknowledged only."""
    del runner
    mention = payloads.mention("<@U0BOT> hello")

    assert await routed.send(mention, mention, payloads.twin(mention)) == ["handle_message"]


async def test_requests_of_one_person_keep_their_order(
    routed: _Routed, runner: asyncio.Runner
) -> None:
    """Buttons that one person presses at once are handled in the order in which they came."""
    del runner
    actions = ["faq_feedback", "faq_share", "faq_remove", "faq_escalate"] * 3
    bodies = [
        payloads.block_action(action, "x", trigger_id=str(number))
        for number, action in enumerate(actions)
    ]
    await asyncio.gather(*(dispatch(routed.app, body) for body in bodies))
    await asyncio.sleep(0)
    await routed.dispatcher.drain(5)

    names = {
        "faq_feedback": "handle_feedback",
        "faq_share": "handle_share",
        "faq_remove": "handle_remove",
        "faq_escalate": "handle_escalation",
    }
    assert routed.called == [names[action] for action in actions]

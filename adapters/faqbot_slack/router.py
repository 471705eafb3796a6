"""Router: the Bolt listener of each event, command, shortcut, button and form."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from faqbot_slack.events.payloads import DELETION_SUBTYPES, MESSAGE_SUBTYPES
from faqbot_slack.events.types import AnswerThis, BlockAction, Message, SlashCommand
from faqbot_slack.handlers.actions import (
    handle_entry,
    handle_escalation,
    handle_feedback,
    handle_none_of_these,
    handle_share,
)
from faqbot_slack.handlers.ambient import handle_deleted, handle_remove
from faqbot_slack.handlers.home import handle_home, handle_search, handle_show
from faqbot_slack.handlers.modals import (
    handle_decision,
    handle_submission,
    handle_suggest,
    handle_suggest_shortcut,
)
from faqbot_slack.handlers.questions import (
    handle_answer_shortcut,
    handle_command,
    handle_message,
)
from faqbot_slack.transport.app import make_listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from slack_bolt.async_app import AsyncApp

    from faqbot_slack.events.types import Request
    from faqbot_slack.handlers.state import State
    from faqbot_slack.rendering.calls import Plan
    from faqbot_slack.transport.app import Listener
    from faqbot_slack.transport.dispatcher import Dispatcher

# The app's author may name the command and the shortcuts as they like, so any name is taken.
ANY = re.compile("")


def register_listeners(app: AsyncApp, state: State, dispatcher: Dispatcher) -> None:
    """Register on *app* a listener for each kind of request, with its handler bound to *state*."""

    def to(handler: Callable[[State, Any], Plan]) -> Listener:
        return make_listener(dispatcher, partial(handler, state))

    app.event("app_mention")(to(handle_message))
    app.event({"type": "message", "subtype": MESSAGE_SUBTYPES})(to(handle_message))
    app.event({"type": "message", "subtype": DELETION_SUBTYPES})(to(handle_deleted))
    app.event("app_home_opened")(to(handle_home))
    app.command(ANY)(to(handle_command))
    app.shortcut({"type": "message_action", "callback_id": ANY})(to(handle_answer_shortcut))
    app.shortcut({"type": "shortcut", "callback_id": ANY})(to(handle_suggest_shortcut))
    app.view(re.compile(r"^faq_(suggest|reason|edit)_form\Z"))(to(handle_submission))
    for ids, handler in _buttons():
        app.action(ids)(to(handler))


def find_handler(state: State, request: Request) -> Callable[[Any], Plan] | None:
    """Return the handler of a *request* that was accepted earlier, None for an unknown button."""
    handler: Callable[[State, Any], Plan] | None
    match request:
        case Message():
            handler = handle_message
        case AnswerThis():
            handler = handle_answer_shortcut
        case SlashCommand():
            handler = handle_command
        case BlockAction():
            found = (handler for ids, handler in _buttons() if ids.match(request.action_id))
            handler = next(found, None)
        case _:
            handler = None
    return partial(handler, state) if handler is not None else None


def _buttons() -> Iterator[tuple[re.Pattern[str], Callable[[State, Any], Plan]]]:
    """Yield the ids of each button with its handler; a number at the end tells equal ones apart."""
    yield re.compile(r"^faq_choice_none\Z"), handle_none_of_these
    yield re.compile(r"^faq_(choice|follow)_?\d*\Z"), handle_entry
    yield re.compile(r"^faq_feedback\Z"), handle_feedback
    yield re.compile(r"^faq_share\Z"), handle_share
    yield re.compile(r"^faq_remove\Z"), handle_remove
    yield re.compile(r"^faq_suggest\Z"), handle_suggest
    yield re.compile(r"^faq_escalate\Z"), handle_escalation
    yield re.compile(r"^faq_(approve|edit|reject)\Z"), handle_decision
    yield re.compile(r"^faq_home_search\Z"), handle_search
    yield re.compile(r"^faq_home_show_?\d*\Z"), handle_show

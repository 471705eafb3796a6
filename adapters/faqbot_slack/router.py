"""Router: the Bolt listener of each event, command, shortcut, button and form."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from faqbot_slack.events.payloads import DELETION_SUBTYPES, MESSAGE_SUBTYPES
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
    from collections.abc import Callable
    from typing import Any

    from slack_bolt.async_app import AsyncApp

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
    _register_actions(app, to)


def _register_actions(app: AsyncApp, to: Callable[[Callable[..., Plan]], Listener]) -> None:
    """Register the buttons; a number at the end of an action id tells equal buttons apart."""
    app.action("faq_choice_none")(to(handle_none_of_these))
    app.action(re.compile(r"^faq_(choice|follow)_?\d*\Z"))(to(handle_entry))
    app.action("faq_feedback")(to(handle_feedback))
    app.action("faq_share")(to(handle_share))
    app.action("faq_remove")(to(handle_remove))
    app.action("faq_suggest")(to(handle_suggest))
    app.action("faq_escalate")(to(handle_escalation))
    app.action(re.compile(r"^faq_(approve|edit|reject)\Z"))(to(handle_decision))
    app.action("faq_home_search")(to(handle_search))
    app.action(re.compile(r"^faq_home_show_?\d*\Z"))(to(handle_show))

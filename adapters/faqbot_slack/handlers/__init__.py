"""The desk: each request in, the plan for it out."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from faqbot_slack.events.types import (
    AnswerThis,
    BlockAction,
    HomeOpened,
    Message,
    MessageDeleted,
    SlashCommand,
    SuggestShortcut,
    ViewSubmission,
)
from faqbot_slack.handlers.actions import (
    handle_entry,
    handle_escalation,
    handle_feedback,
    handle_none_of_these,
    handle_share,
)
from faqbot_slack.handlers.ambient import handle_deleted, handle_remove
from faqbot_slack.handlers.audiences import audience_notes
from faqbot_slack.handlers.home import handle_home, handle_search, handle_show
from faqbot_slack.handlers.modals import (
    handle_decision,
    handle_submission,
    handle_suggest,
    handle_suggest_shortcut,
)
from faqbot_slack.handlers.questions import handle_answer_shortcut, handle_command, handle_message
from faqbot_slack.handlers.state import State
from faqbot_slack.rendering.calls import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faqbot import Bot
    from faqbot_slack.events.types import Identity, Request
    from faqbot_slack.handlers.state import Recorder
    from faqbot_slack.settings import SlackSettings

__all__ = ["Router"]

_log = logging.getLogger("faqbot.slack")


class Router:
    """Decides what to do about everything that people do in Slack; makes no call itself.

    Safe to share among threads. What it remembers (conversations, threads, limits) is bounded, and
    is forgotten after a time or with the process.
    """

    def __init__(
        self,
        bot: Bot,
        settings: SlackSettings,
        store: Recorder,
        identity: Identity,
        *,
        clock: Callable[[], float] = time.monotonic,
        reload: Callable[[], None] | None = None,
    ) -> None:
        """Answer with *bot* as *settings* say, and record in *store*.

        *identity* is who the bot is in Slack. *reload* asks for the knowledge base to be read again,
        and returns at once; without it, owners cannot.
        """
        self._state = State(bot, settings, store, identity, clock=clock, reload=reload)
        for note in audience_notes(settings, bot.kb):
            _log.warning("The settings and the knowledge base do not fit: %s.", note)

    def plan(self, request: Request) -> Plan:
        """Return the acknowledgement of *request* and the calls to make; blocks on no network."""
        nobody = {"", "USLACKBOT", self._state.identity.user}
        if request.person in nobody and not isinstance(request, MessageDeleted):
            return NOTHING
        if isinstance(request, BlockAction):
            return self._handle_action(request)
        for kind, plan in _PLANS.items():
            if isinstance(request, kind):
                return plan(self._state, request)
        return NOTHING

    def _handle_action(self, action: BlockAction) -> Plan:
        name = action.action_id.rstrip("0123456789").rstrip("_")
        handle = _ACTIONS.get(name)
        return NOTHING if handle is None else handle(self._state, action)


_PLANS: Mapping[type[Request], Callable[[State, Any], Plan]] = {
    Message: handle_message,
    MessageDeleted: handle_deleted,
    SlashCommand: handle_command,
    AnswerThis: handle_answer_shortcut,
    SuggestShortcut: handle_suggest_shortcut,
    ViewSubmission: handle_submission,
    HomeOpened: handle_home,
}
_ACTIONS: Mapping[str, Callable[[State, BlockAction], Plan]] = {
    "faq_choice": handle_entry,
    "faq_follow": handle_entry,
    "faq_choice_none": handle_none_of_these,
    "faq_feedback": handle_feedback,
    "faq_share": handle_share,
    "faq_remove": handle_remove,
    "faq_suggest": handle_suggest,
    "faq_escalate": handle_escalation,
    "faq_approve": handle_decision,
    "faq_edit": handle_decision,
    "faq_reject": handle_decision,
    "faq_home_search": handle_search,
    "faq_home_show": handle_show,
}

"""The desk: each request in, the plan for it out."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from faqbot_slack.events.types import (
    AnswerThis,
    Command,
    HomeOpened,
    Message,
    MessageDeleted,
    Press,
    Submission,
    SuggestShortcut,
)
from faqbot_slack.handlers.actions import (
    plan_entry,
    plan_escalation,
    plan_feedback,
    plan_none,
    plan_share,
)
from faqbot_slack.handlers.ambient import plan_deleted, plan_remove
from faqbot_slack.handlers.audiences import audience_notes
from faqbot_slack.handlers.home import plan_home, plan_search, plan_show
from faqbot_slack.handlers.modals import (
    plan_decision,
    plan_submission,
    plan_suggest,
    plan_suggest_shortcut,
)
from faqbot_slack.handlers.questions import plan_command, plan_message, plan_shortcut
from faqbot_slack.handlers.state import Office
from faqbot_slack.rendering.calls import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faqbot import Bot
    from faqbot_slack.events.types import Identity, Request
    from faqbot_slack.handlers.state import Recorder
    from faqbot_slack.settings import Settings

__all__ = ["Desk"]

_log = logging.getLogger("faqbot.slack")


class Desk:
    """Decides what to do about everything that people do in Slack; makes no call itself.

    Safe to share among threads. What it remembers (conversations, threads, limits) is bounded, and
    is forgotten after a time or with the process.
    """

    def __init__(
        self,
        bot: Bot,
        settings: Settings,
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
        self._office = Office(bot, settings, store, identity, clock=clock, reload=reload)
        for note in audience_notes(settings, bot.kb):
            _log.warning("The settings and the knowledge base do not fit: %s.", note)

    def plan(self, request: Request) -> Plan:
        """Return the acknowledgement of *request* and the calls to make; blocks on no network."""
        nobody = {"", "USLACKBOT", self._office.identity.user}
        if request.person in nobody and not isinstance(request, MessageDeleted):
            return NOTHING
        if isinstance(request, Press):
            return self._plan_press(request)
        for kind, plan in _PLANS.items():
            if isinstance(request, kind):
                return plan(self._office, request)
        return NOTHING

    def _plan_press(self, press: Press) -> Plan:
        action = press.action.rstrip("0123456789").rstrip("_")
        plan = _PRESSES.get(action)
        return NOTHING if plan is None else plan(self._office, press)


_PLANS: Mapping[type[Request], Callable[[Office, Any], Plan]] = {
    Message: plan_message,
    MessageDeleted: plan_deleted,
    Command: plan_command,
    AnswerThis: plan_shortcut,
    SuggestShortcut: plan_suggest_shortcut,
    Submission: plan_submission,
    HomeOpened: plan_home,
}
_PRESSES: Mapping[str, Callable[[Office, Press], Plan]] = {
    "faq_choice": plan_entry,
    "faq_follow": plan_entry,
    "faq_choice_none": plan_none,
    "faq_feedback": plan_feedback,
    "faq_share": plan_share,
    "faq_remove": plan_remove,
    "faq_suggest": plan_suggest,
    "faq_escalate": plan_escalation,
    "faq_approve": plan_decision,
    "faq_edit": plan_decision,
    "faq_reject": plan_decision,
    "faq_home_search": plan_search,
    "faq_home_show": plan_show,
}

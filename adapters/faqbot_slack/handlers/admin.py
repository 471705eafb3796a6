"""Admin commands of owners: `/ask admin …`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from faqbot import Outcome, StoreError
from faqbot_slack.handlers.posting import ephemeral_ack
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import Plan
from faqbot_slack.rendering.messages import note_message

if TYPE_CHECKING:
    from faqbot_slack.events.types import SlashCommand
    from faqbot_slack.handlers.state import State

# The whole text must match: "admin password reset" is a question.
_ADMIN_COMMAND = re.compile(
    r"\s*admin(?:\s+(help|stats|reload|(?:un)?mute)(?:\s+<#([CG][A-Z0-9]{2,})(?:\|[^<>]*)?>)?)?\s*",
    re.IGNORECASE,
)
# Days that `/ask admin stats` covers. Chosen by hand.
_DAYS = 7
# Questions that it counts at most. Chosen by hand: the store is read in a second.
_MOST_COUNTED = 100_000


def handle_admin_command(state: State, command: SlashCommand) -> Plan | None:
    """Run an admin command; return None for a question."""
    order = _ADMIN_COMMAND.fullmatch(command.raw)
    if order is None:
        return None
    if not state.is_owner(command.person):
        return _say(texts.OWNERS_ONLY)
    name, channel = (order[1] or "help").lower(), order[2] or command.channel
    if name in {"mute", "unmute"}:
        return _mute(state, channel, muted=name == "mute")
    if name == "stats":
        return _say(_stats(state))
    return _reload(state) if name == "reload" else _say(texts.usage(owner=True))


def _mute(state: State, channel: str, *, muted: bool) -> Plan:
    is_kept = state.muted_channels.put(channel, muted)
    if not muted:
        return _say("I answer in that channel again.")
    silent = "I am silent in that channel, except for `/ask` and shortcuts, until I am unmuted"
    if is_kept:
        return _say(f"{silent}.")
    return _say(
        f"{silent} or restarted: my store is out of order. To keep it so, set `muted = true` under "
        f"`[channels.{channel}]` in my settings."
    )


def _reload(state: State) -> Plan:
    if state.reload is None:
        return _say("I pick up edits of the knowledge base only when I am restarted.")
    state.reload()
    return _say("I am reading the knowledge base again. The result is in my log.")


def _stats(state: State) -> str:
    since = datetime.now(UTC) - timedelta(days=_DAYS)
    try:
        asked = [*islice(state.store.questions(since), _MOST_COUNTED)]
    except StoreError:
        return "The records cannot be read just now. My log says why."
    people = len({question.person for question in asked if question.person})
    answered = sum(
        question.outcome is Outcome.ANSWERED or bool(question.picked) for question in asked
    )
    missed = sum(question.outcome is Outcome.UNANSWERED for question in asked)
    helpful = sum(question.helpful for question in asked)
    unhelpful = sum(question.unhelpful for question in asked)
    return (
        f"**The last {_DAYS} days:** {_count(len(asked), 'question')} from "
        f"{_count(people, 'person', 'people')}, {answered} answered, {missed} not. "
        f"Found helpful {_count(helpful, 'time')}, not helpful {_count(unhelpful, 'time')}. "
        f"I know {_count(len(state.bot.kb.served), 'entry', 'entries')}."
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _say(markdown: str) -> Plan:
    return Plan(ephemeral_ack(note_message(markdown)))

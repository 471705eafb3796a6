"""What to do when a person wants a person: ask the owner of the section, once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from faqbot_slack.handlers.posting import post, tell
from faqbot_slack.limits import Pass
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import Plan
from faqbot_slack.rendering.reviews import escalation_look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot_slack.events.types import Press
    from faqbot_slack.handlers.state import Office, PastQuestion
    from faqbot_slack.rendering.calls import Call

__all__ = ["plan_escalation"]

_WEEK = 7 * 24 * 60 * 60.0


def plan_escalation(office: Office, press: Press) -> Plan:
    """Ask those who know for help with the question whose record was pressed on."""
    if press.foreign:
        return tell(press, texts.NOT_FOR_OUTSIDE)
    past = office.recall(press.value)
    if past is None:
        return tell(press, texts.STALE)
    owner = office.settings.owner_of(past.section)
    if not (owner or office.settings.escalation_channel):
        return tell(press, texts.NOBODY_TO_ASK)
    if office.people.take(press.person) is not Pass.YES:
        return tell(press, texts.TOO_MANY)
    key = f"{office.identity.user}:help:{press.value}"
    if not office.store.claim(key, seconds=_WEEK):
        return tell(press, texts.ESCALATED_BEFORE)
    return Plan({}, _ask(office, press, past, owner))


def _ask(office: Office, press: Press, past: PastQuestion, owner: str) -> tuple[Call, ...]:
    """Ask at the first place where it can be, and tell the person; if it can nowhere, tell that."""
    look = escalation_look(past.text, owner=owner, person=press.person, channel=press.channel)
    done = tell(press, texts.ESCALATED).calls
    calls = tell(press, texts.CANNOT_ASK).calls
    for channel, thread in reversed([*_places(office, press, owner)]):
        (first, *more) = post(look, channel, thread)
        calls = (replace(first, instead=calls), *more, *done)
    return calls


def _places(office: Office, press: Press, owner: str) -> Iterator[tuple[str, str]]:
    """Yield where help is given, then the thread itself, or in private the owner: channel and thread."""
    if office.settings.escalation_channel:
        yield office.settings.escalation_channel, ""
    if owner and (press.ephemeral or press.channel.startswith("D")):
        yield owner, ""
    elif owner:
        yield press.channel, press.thread or press.ts

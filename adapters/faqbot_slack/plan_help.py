"""What to do when a person wants a person: ask the owner of the section, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot_slack import words
from faqbot_slack.calls import Plan
from faqbot_slack.limits import Pass
from faqbot_slack.office import PastQuestion
from faqbot_slack.reviews import escalation_look
from faqbot_slack.saying import post, tell

if TYPE_CHECKING:
    from faqbot_slack.calls import Call
    from faqbot_slack.office import Office
    from faqbot_slack.requests import Press

__all__ = ["plan_escalation"]

_WEEK = 7 * 24 * 60 * 60.0


def plan_escalation(office: Office, press: Press) -> Plan:
    """Ask those who know for help with the question whose record was pressed on."""
    if press.foreign:
        return tell(press, words.NOT_FOR_OUTSIDE)
    past = office.recall(press.value)
    if past is None:
        return tell(press, words.STALE)
    owner = office.settings.owner_of(past.section)
    if not (owner or office.settings.escalation_channel):
        return tell(press, words.NOBODY_TO_ASK)
    if office.people.take(press.person) is not Pass.YES:
        return tell(press, words.TOO_MANY)
    key = f"{office.identity.user}:help:{press.value}"
    if not office.store.claim(key, seconds=_WEEK):
        return tell(press, words.ESCALATED_BEFORE)
    return Plan({}, (*_ask(office, press, past, owner), *tell(press, words.ESCALATED).calls))


def _ask(office: Office, press: Press, past: PastQuestion, owner: str) -> tuple[Call, ...]:
    """Ask where help is given; without such a place in the thread itself, or the owner directly."""
    look = escalation_look(past.text, owner=owner, person=press.person, channel=press.channel)
    if office.settings.escalation_channel:
        return post(look, office.settings.escalation_channel)
    if press.ephemeral or press.channel.startswith("D"):
        return post(look, owner)
    return post(look, press.channel, press.thread or press.ts)

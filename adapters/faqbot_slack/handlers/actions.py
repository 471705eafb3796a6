"""What to do about a press: on a choice, a follow-up, a verdict, or *Share with channel*.

What to do when a person wants a person: ask the owner of the section, once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from faqbot_slack.handlers.answering import Said, decline, look_of, pick, post_answer
from faqbot_slack.handlers.memory import Pass
from faqbot_slack.handlers.posting import post, respond, tell
from faqbot_slack.handlers.questions import can_share
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.modals import reason_view
from faqbot_slack.rendering.reviews import escalation_look

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from faqbot import Answer
    from faqbot_slack.events.types import Press
    from faqbot_slack.handlers.state import Office, PastQuestion, Seat
    from faqbot_slack.rendering.calls import Call

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


def plan_entry(office: Office, press: Press) -> Plan:
    """Answer with the entry that was pressed on, in the same thread, once."""
    seat = _seat(office, press)
    if refusal := _refusal(office, press, seat):
        return refusal
    entry = seat.find(press.value) if seat is not None else None
    if seat is None or entry is None:
        return tell(press, texts.GONE)
    if not office.is_first_press("entry", press.channel, press.ts, press.person, entry.id):
        return tell(press, texts.ALREADY_PRESSED)
    said = pick(office, seat, entry)
    return tell(press, texts.GONE) if said is None else _reply(office, seat, press, said)


def plan_none(office: Office, press: Press) -> Plan:
    """Offer others than the choices that were turned down, or say that there are none."""
    seat = _seat(office, press)
    if refusal := _refusal(office, press, seat):
        return refusal
    shown = office.choices.get((press.channel, press.ts))
    if seat is None or not _is_last_shown(seat, shown):
        return tell(press, texts.STALE)
    if not office.is_first_press("none", press.channel, press.ts, press.person):
        return tell(press, texts.ALREADY_PRESSED)
    said = decline(office, seat)
    return tell(press, texts.STALE) if said is None else _reply(office, seat, press, said)


def _is_last_shown(seat: Seat, shown: tuple[str, ...] | None) -> bool:
    """Tell whether the choices below which was pressed, if they are known, are still open."""
    return shown is None or shown == tuple(entry.id for entry in seat.conversation.choices)


def _seat(office: Office, press: Press) -> Seat | None:
    if not press.channel:
        return None
    return office.seat(press, press.thread or press.ts, private=press.ephemeral)


def _refusal(office: Office, press: Press, seat: Seat | None) -> Plan | None:
    """Return what is said instead of an answer; None where one may be given."""
    if seat is None:
        return tell(press, texts.NOT_FOR_OUTSIDE)
    if not press.ephemeral and office.is_muted(press.channel):
        return tell(press, texts.MUTED)
    if office.is_thread_full(seat):
        return tell(press, texts.THREAD_IS_LONG)
    passed = office.people.take(press.person)
    if passed is Pass.YES:
        return None
    return tell(press, texts.TOO_MANY) if passed is Pass.TELL else NOTHING


def _reply(office: Office, seat: Seat, press: Press, said: Said) -> Plan:
    if not press.ephemeral:
        return Plan({}, post_answer(office, seat, said, titled=True))
    share = can_share(office, said, press.channel)
    look = look_of(office, seat, said, share=share, titled=True)
    return Plan({}, respond(look, press.response_url) if press.response_url else ())


def plan_feedback(office: Office, press: Press) -> Plan:
    """Note a verdict and say thanks once; who says no is asked why, before the trigger is gone."""
    verdict, _, record = press.value.partition(":")
    helpful = verdict == "up"
    if verdict not in {"up", "down"} or not office.store.record_feedback(
        record, person=press.person, helpful=helpful
    ):
        return tell(press, texts.TOO_LONG_AGO)
    calls: tuple[Call, ...] = ()
    if not helpful and press.trigger:
        opened = {"trigger_id": press.trigger, "view": reason_view(record)}
        calls = (Call("views.open", opened),)
    if office.is_first_time("thanks", record, press.person, verdict):
        calls += tell(press, texts.THANKS).calls
    return Plan({}, calls)


def plan_share(office: Office, press: Press) -> Plan:
    """Post an answer that one person saw for everybody, if everybody there may see it."""
    seat = office.seat(press, private=False) if press.channel else None
    if seat is None or press.channel.startswith("D"):
        return tell(press, texts.NOT_HERE)
    if office.is_muted(press.channel):
        return tell(press, texts.MUTED)
    answer = _answer_for_all(seat, press.value)
    if answer is None:
        return tell(press, texts.NOT_HERE)
    if not office.is_first_press("share", press.channel, press.ts, press.value):
        return tell(press, texts.SHARED_BEFORE)
    return Plan({}, _share(office, seat, press, answer))


def _answer_for_all(seat: Seat, name: str) -> Answer | None:
    """Return the answer of the entry *name* below its question, None where not all may see it."""
    entry = seat.find(name)
    try:
        return replace(seat.bot.answer_with(entry), read_as=entry.question) if entry else None
    except KeyError:  # a reload took it away meanwhile
        return None


def _share(office: Office, seat: Seat, press: Press, answer: Answer) -> tuple[Call, ...]:
    key = (press.channel, press.person, press.value)
    thread = press.thread or office.share_in.get(key) or ""

    def remember(answered: Mapping[str, Any]) -> None:
        office.threads.put((press.channel, thread or str(answered.get("ts", ""))), 1)

    look = look_of(office, seat, Said(answer))
    first, *more = post(look, press.channel, thread, remember)
    return (replace(first, instead=tell(press, texts.CANNOT_POST).calls), *more)

"""What to do in the App Home: show what there is to ask, search it, and prompt for a first question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from faqbot import Outcome, StoreError
from faqbot_slack.handlers.ambient import SHADOW
from faqbot_slack.handlers.answering import ask, pick
from faqbot_slack.handlers.memory import Pass
from faqbot_slack.handlers.state import PastQuestion
from faqbot_slack.rendering import texts
from faqbot_slack.rendering.calls import NOTHING, Call, Plan
from faqbot_slack.rendering.escaping import one_line, shorten
from faqbot_slack.rendering.home import OwnerDesk, home_view
from faqbot_slack.rendering.modals import note_view
from faqbot_slack.rendering.writers import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from faqbot import Answer, AskedQuestion, Entry
    from faqbot_slack.events.types import HomeOpened, Press, Request
    from faqbot_slack.handlers.state import Office, Seat

__all__ = ["home_call", "plan_home", "plan_search", "plan_show"]

_DAYS = 30
_MOST_READ = 50_000
_MOST_TOP = 5
_MOST_MISSES = 20
_MOST_PROMPTS = 4
_LONGEST_PROMPT = 75
_LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """What was asked of late: ids of the entries asked for most, and what had no answer."""

    top: tuple[str, ...] = ()
    misses: tuple[AskedQuestion, ...] = ()


def plan_home(office: Office, opened: HomeOpened) -> Plan:
    """Publish the person's page, or, where they come to write, what they could ask."""
    seat = office.seat(opened, private=True)
    if seat is None:
        return NOTHING
    if opened.tab == "home":
        return Plan({}, (_publish(office, seat),))
    if opened.tab != "messages" or not office.settings.agent or not opened.channel:
        return NOTHING
    return Plan({}, _prompts(office, seat))


def plan_search(office: Office, press: Press) -> Plan:
    """Publish the page again, with what was found."""
    seat = office.seat(press, private=True)
    if seat is None or office.people.take(press.person) is not Pass.YES:
        return NOTHING
    query = one_line(press.text or press.value)[:_LONGEST_QUERY]
    if not query:
        return Plan({}, (_publish(office, seat),))
    with seat.conversation:
        seat.conversation.forget()  # a search leans on nothing that was asked before
        found = _found(ask(office, seat, query).answer)
    return Plan({}, (_publish(office, seat, query, found),))


def plan_show(office: Office, press: Press) -> Plan:
    """Show the answer of an entry in a window of its own."""
    seat = office.seat(press, private=True)
    if seat is None or not press.trigger:
        return NOTHING
    entry = seat.find(press.value)
    said = pick(office, seat, entry) if entry is not None else None
    if entry is None or said is None:
        view = note_view("Not there any more", texts.GONE)
    else:
        view = note_view("An answer", f"**{literal(entry.question)}**\n\n{said.answer.text}")
    return Plan({}, (Call("views.open", {"trigger_id": press.trigger, "view": view}),))


def home_call(office: Office, request: Request) -> Call:
    """Return the call that publishes the page of an owner, as it is now."""
    seat = office.seat(request, private=True) or office.onlooker(request)
    return _publish(office, seat)


def _publish(
    office: Office, seat: Seat, query: str = "", found: Sequence[Entry] | None = None
) -> Call:
    tally = _tally(office)
    view = home_view(
        seat.bot.kb,
        seat.audience,
        query=query,
        found=found,
        top=_top(seat, tally),
        owner=_owner_desk(office, tally) if office.is_owner(seat.person) else None,
        suggest=not seat.outside,
    )
    return Call("views.publish", {"user_id": seat.person, "view": view})


def _found(answer: Answer) -> tuple[Entry, ...]:
    if answer.manners:
        return ()
    parts = tuple(part.entry for part in answer.parts if part.entry is not None)
    return parts or ((answer.entry,) if answer.entry is not None else answer.choices)


def _top(seat: Seat, tally: Tally) -> tuple[Entry, ...]:
    entries = (seat.find(name) for name in tally.top)
    return tuple(islice((entry for entry in entries if entry is not None), _MOST_TOP))


def _owner_desk(office: Office, tally: Tally) -> OwnerDesk:
    try:
        return OwnerDesk(tuple(office.store.suggestions("open")), tally.misses)
    except StoreError:
        return OwnerDesk((), tally.misses)


def _prompts(office: Office, seat: Seat) -> tuple[Call, ...]:
    """Return the call that suggests what to ask first; without a thread, as the agent view wants it."""
    known = (entry for entry in seat.bot.kb.served if seat.may_see(entry))
    entries = dict.fromkeys((*_top(seat, _tally(office)), *islice(known, _MOST_PROMPTS)))
    prompts = [
        {"title": shorten(entry.question, _LONGEST_PROMPT), "message": one_line(entry.question)}
        for entry in islice(entries, _MOST_PROMPTS)
    ]
    arguments = {"channel_id": seat.channel, "title": "You could ask:", "prompts": prompts}
    return (Call("assistant.threads.setSuggestedPrompts", arguments),) if prompts else ()


def _tally(office: Office) -> Tally:
    """Return what was asked of late, read from the store every few minutes."""
    kept = office.tallies.get("tally")
    if isinstance(kept, Tally):
        return kept
    since = datetime.now(UTC) - timedelta(days=_DAYS)
    try:
        tally = _count(islice(office.store.questions(since), _MOST_READ))
    except StoreError:
        return Tally()
    office.tallies.put("tally", tally)
    for miss in tally.misses:
        office.past.put(miss.id, PastQuestion(miss.text))
    return tally


def _count(asked: Iterable[AskedQuestion]) -> Tally:
    answered: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    latest: dict[str, AskedQuestion] = {}
    for question in asked:
        if question.adapter == SHADOW:
            continue
        if entry := question.picked or question.entry:
            answered[entry] += 1
        elif question.outcome is Outcome.UNANSWERED:
            key = question.text.casefold()
            missed[key] += 1
            latest[key] = question
    top = tuple(entry for entry, _ in answered.most_common(4 * _MOST_TOP))
    return Tally(top, tuple(latest[key] for key, _ in missed.most_common(_MOST_MISSES)))

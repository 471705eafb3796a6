"""Asks the bot for a person, and records what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from faqbot import Outcome, Question
from faqbot_slack.handlers.posting import post
from faqbot_slack.handlers.state import PastQuestion
from faqbot_slack.rendering.messages import answer_look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot import Answer, Entry
    from faqbot_slack.handlers.state import Office, Seat
    from faqbot_slack.rendering.calls import Call
    from faqbot_slack.rendering.messages import Look

__all__ = ["Said", "ask", "decline", "look_of", "pick", "post_answer", "question_of"]

ADAPTER = "slack"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer and the id of its record, "" where there is none."""

    answer: Answer
    record: str = ""


def question_of(seat: Seat, text: str) -> Question:
    """Return what the person of *seat* asks with *text*."""
    return Question(text, seat.person, seat.channel, seat.audience)


def ask(office: Office, seat: Seat, text: str, *, anew: bool = False) -> Said:
    """Answer *text* in the conversation of *seat*; with *anew* an answer given before is given again."""
    answer = seat.bot.ask(question_of(seat, text), seat.conversation)
    if anew and answer.repeated and answer.entry is not None:
        answer = replace(answer, text=answer.entry.answer, repeated=False)
    return _said(office, seat, answer)


def pick(office: Office, seat: Seat, entry: Entry) -> Said | None:
    """Answer with *entry*, which was pressed on: as a pick for a question, if it was just offered for one.

    None where a reload took it away meanwhile.
    """
    with seat.conversation:
        choices = [choice.id for choice in seat.conversation.choices]
        if entry.id in choices:
            place = str(choices.index(entry.id) + 1)
            answer = seat.bot.ask(question_of(seat, place), seat.conversation)
            if answer.entry is not None and answer.entry.id == entry.id:
                return _said(office, seat, answer)
        missed = _missed(seat, entry)
        question = question_of(seat, entry.question)
        try:
            answer = seat.bot.answer_with(entry, seat.conversation, question=question)
        except KeyError:
            return None
    return _said(office, seat, replace(answer, picked_for=missed))


def _missed(seat: Seat, entry: Entry) -> Question | None:
    """Return the question that had no answer just now, if *entry* was shown as one of the nearest."""
    last = seat.conversation.last
    if last is None or last.outcome is not Outcome.UNANSWERED:
        return None
    near = any(match.entry.id == entry.id for match in last.matches)
    return (last.picked_for or last.question) if near else None


def decline(office: Office, seat: Seat) -> Said | None:
    """Turn the choices down that were just offered; None where there are none any more."""
    with seat.conversation:
        count = len(seat.conversation.choices)
        if not count:
            return None
        none_of_these = question_of(seat, str(count + 1))
        answer = seat.bot.ask(none_of_these, seat.conversation)
    return _said(office, seat, answer)


def look_of(
    office: Office,
    seat: Seat,
    said: Said,
    *,
    share: bool = False,
    remove: bool = False,
    titled: bool = False,
) -> Look:
    """Return what a person sees of *said*; *titled* names the question that was pressed on."""
    answer = said.answer
    if titled and answer.entry is not None and not answer.read_as:
        answer = replace(answer, read_as=answer.entry.question)
    owner = office.settings.owner_of(_section(answer))
    offers = bool(said.record) and not seat.outside
    return answer_look(
        answer,
        record=said.record,
        feedback=bool(said.record) and not answer.choices,
        owner="" if seat.outside else owner,
        escalate=offers and bool(owner or office.settings.escalation_channel),
        suggest=offers,
        share=share,
        remove=remove,
    )


def post_answer(
    office: Office, seat: Seat, said: Said, *, titled: bool = False
) -> tuple[Call, ...]:
    """Return the calls that post *said* where *seat* is, and remember its choices once it is there."""
    choices = tuple(choice.id for choice in said.answer.choices)

    def remember(answered: Mapping[str, Any]) -> None:
        office.choices.put((seat.channel, str(answered.get("ts", ""))), choices)

    look = look_of(office, seat, said, titled=titled)
    return post(look, seat.channel, seat.thread, remember if choices else None)


def _said(office: Office, seat: Seat, answer: Answer) -> Said:
    """Record *answer*, and remember the question for what may be pressed below it."""
    record = office.store.record(answer, adapter=ADAPTER, person=seat.person) or ""
    if record:
        asked = answer.picked_for or answer.question
        entry = answer.entry.id if answer.entry is not None else ""
        office.past.put(record, PastQuestion(asked.text, _section(answer), entry))
    office.count_answer(seat)
    return Said(answer, record)


def _section(answer: Answer) -> str:
    """Return the section that *answer* is from, or, where there is none, that its best match is from."""
    if answer.outcome is Outcome.ANSWERED and answer.manners:
        return ""
    return answer.matches[0].entry.section if answer.matches else ""

"""Answers of the bot for one asker, recorded and rendered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from faqbot import Outcome, Question
from faqbot_slack.handlers.handler_memory import PastQuestion
from faqbot_slack.handlers.posting import post
from faqbot_slack.rendering.messages import answer_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faqbot import Answer, Entry
    from faqbot_slack.handlers.asker import Asker
    from faqbot_slack.handlers.state import State
    from faqbot_slack.rendering.calls import Call
    from faqbot_slack.rendering.messages import OutgoingMessage

ADAPTER = "slack"


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """Answer with the id of its record, "" if it was not recorded."""

    answer: Answer
    record: str = ""


def question_of(asker: Asker, text: str) -> Question:
    """Return *text* as a question of *asker*."""
    return Question(text, asker.person, asker.channel, asker.audience)


def ask(
    state: State, asker: Asker, text: str, *, repeat: bool = False, fresh: bool = False
) -> RecordedAnswer:
    """Answer *text* in the asker's conversation; *repeat* gives a known answer again in full.

    *fresh* forgets the conversation before.
    """

    def turn() -> Answer:
        if fresh:
            asker.conversation.forget()
        return asker.bot.ask(question_of(asker, text), asker.conversation)

    answer = state.conversations.take_turn(asker, turn)
    if repeat and answer.repeated and answer.entry is not None:
        answer = replace(answer, text=answer.entry.answer, repeated=False)
    return _said(state, asker, answer)


def pick(state: State, asker: Asker, entry: Entry) -> RecordedAnswer | None:
    """Answer with the clicked *entry*, as the pick for a question if it was just offered.

    Returns None if a reload removed the entry meanwhile.
    """
    answer = state.conversations.take_turn(asker, lambda: _pick(asker, entry))
    return None if answer is None else _said(state, asker, answer)


def _pick(asker: Asker, entry: Entry) -> Answer | None:
    choices = [choice.id for choice in asker.conversation.choices]
    if entry.id in choices:
        place = str(choices.index(entry.id) + 1)
        answer = asker.bot.ask(question_of(asker, place), asker.conversation)
        if answer.entry is not None and answer.entry.id == entry.id:
            return answer
    missed = _missed(asker, entry)
    question = question_of(asker, entry.question)
    try:
        answer = asker.bot.answer_with(entry, asker.conversation, question=question)
    except KeyError:
        return None
    return replace(answer, picked_for=missed)


def _missed(asker: Asker, entry: Entry) -> Question | None:
    """Return the last unanswered question if it showed *entry* as near."""
    last = asker.conversation.last
    if last is None or last.outcome is not Outcome.UNANSWERED:
        return None
    near = any(match.entry.id == entry.id for match in last.matches)
    return (last.picked_for or last.question) if near else None


def decline(state: State, asker: Asker) -> RecordedAnswer | None:
    """Decline the choices just offered; None if there are none."""

    def turn() -> Answer | None:
        count = len(asker.conversation.choices)
        if not count:
            return None
        return asker.bot.ask(question_of(asker, str(count + 1)), asker.conversation)

    answer = state.conversations.take_turn(asker, turn)
    return None if answer is None else _said(state, asker, answer)


def render_answer(
    state: State,
    asker: Asker,
    recorded: RecordedAnswer,
    *,
    share: bool = False,
    remove: bool = False,
    titled: bool = False,
) -> OutgoingMessage:
    """Render *recorded*; *titled* adds the clicked question as its title."""
    answer = recorded.answer
    if titled and answer.entry is not None and not answer.repeated:
        answer = replace(answer, heading=answer.entry.question)
    owner = state.settings.owner_of(_section(answer))
    offers = bool(recorded.record) and not asker.outside
    return answer_message(
        answer,
        record=recorded.record,
        feedback=bool(recorded.record) and not answer.choices,
        owner="" if asker.outside else owner,
        escalate=offers and bool(owner or state.settings.escalation_channel),
        suggest=offers,
        share=share,
        remove=remove,
    )


def post_answer(
    state: State, asker: Asker, recorded: RecordedAnswer, *, titled: bool = False
) -> tuple[Call, ...]:
    """Return the calls that post *recorded* in the asker's thread; its choices are kept then."""
    choices = tuple(choice.id for choice in recorded.answer.choices)

    def remember(answered: Mapping[str, Any]) -> None:
        state.memory.shown_choices.put((asker.channel, str(answered.get("ts", ""))), choices)

    outgoing = render_answer(state, asker, recorded, titled=titled)
    return post(outgoing, asker.channel, asker.thread, remember if choices else None)


def _said(state: State, asker: Asker, answer: Answer) -> RecordedAnswer:
    """Record *answer*, and keep its question for the buttons below it."""
    record = state.store.record(answer, adapter=ADAPTER, person=asker.person) or ""
    if record:
        asked = answer.picked_for or answer.question
        entry = answer.entry.id if answer.entry is not None else ""
        state.memory.past_questions.put(record, PastQuestion(asked.text, _section(answer), entry))
    state.limits.count_answer(asker)
    return RecordedAnswer(answer, record)


def _section(answer: Answer) -> str:
    """Return the section of the best match of *answer*, "" without a match."""
    if answer.outcome is Outcome.ANSWERED and answer.manners:
        return ""
    return answer.matches[0].entry.section if answer.matches else ""

"""Turn pipeline: ordered steps, of which the first that applies answers.

A step takes a `Turn` and returns an `Answer`, or None to leave the message to the steps after it.
Steps only read: `take_turn` and `take_pick` record each answer in the conversation, once. To add a
step, write a function and name it in `STEPS`, at its place in the order of precedence, with the condition
that a turn must meet for it. A plain question outside a conversation takes only `exact` and `plain`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from faqbot.dialogue.conversation import Conversation
from faqbot.dialogue.coordination import coordinated
from faqbot.dialogue.corrections import correct, other
from faqbot.dialogue.follow_ups import follow_up
from faqbot.dialogue.foreign_courtesies import foreign_courtesy
from faqbot.dialogue.picks import choose, decline, number, pick
from faqbot.dialogue.policy import MAX_MATCHES, Engine
from faqbot.dialogue.several import message, several
from faqbot.dialogue.small_talk import beside_statement, move, small_talk
from faqbot.dialogue.turn import Condition, Step, Turn, exact, plain, refer_back
from faqbot.models import Answer, Entry, Question, Reason

# Reasons of a fallback: the second in a row is one line.
_MISSES = (Reason.NO_MATCH, Reason.UNLIKELY)
# Steps in order of precedence, each with its condition. The last one answers every message.
STEPS: tuple[tuple[Condition, Step], ...] = (
    (Turn.is_continued, pick),
    (Turn.is_continued, decline),
    (Turn.is_continued, other),
    (Turn.is_anything, exact),
    (Turn.is_courtesy, move),
    (Turn.is_continued, choose),
    (Turn.may_name_place, number),
    (Turn.may_correct, correct),
    (Turn.is_courtesy, small_talk),
    (Turn.is_brief, foreign_courtesy),
    (Turn.has_mark, beside_statement),
    (Turn.is_composed, several),
    (Turn.has_topic, follow_up),
    (Turn.has_conjunction, coordinated),
    (Turn.is_composed, message),
    (Turn.is_anything, plain),
)


def answer_turn(turn: Turn) -> Answer:
    """Return the answer of the first step that applies."""
    answers = (step(turn) for meets, step in STEPS if meets(turn))
    answer = next(filter(None, answers))
    return answer if turn.conversation.last is None else _finish(answer, turn)


def take_turn(
    engine: Engine,
    question: Question,
    conversation: Conversation | None = None,
    limit: int = MAX_MATCHES,
) -> Answer:
    """Answer *question* and record the answer in *conversation*; raises for no text.

    The answer lists at most *limit* matches, at least MAX_MATCHES: fewer could change the answer.
    """
    limit = max(limit, MAX_MATCHES)
    if conversation is None:
        return answer_turn(Turn(engine, question, limit=limit))
    return _record(conversation, lambda: answer_turn(Turn(engine, question, conversation, limit)))


def take_pick(
    engine: Engine, entry: Entry | str, conversation: Conversation | None, question: Question | None
) -> Answer:
    """Answer with *entry*, or the entry of that id, and record the answer in *conversation*.

    *question* is by default that of the entry. Raises KeyError if *entry* is unknown or a draft.
    """
    match = engine.pick(entry)
    answer = engine.answered(question or Question(match.entry.question), (match,), Reason.PICKED)
    return answer if conversation is None else _record(conversation, lambda: answer)


def _record(conversation: Conversation, respond: Callable[[], Answer]) -> Answer:
    """Call *respond* while no other turn of *conversation* runs, and record its answer."""
    with conversation:
        answer = respond()
        conversation.remember(answer)
        return answer


def _finish(answer: Answer, turn: Turn) -> Answer:
    """Return *answer* with the question it was picked for, and without a repeated text."""
    conversation = turn.conversation
    if answer.entry is not None and conversation.offers_choice(answer.entry):
        answer = replace(answer, picked_for=conversation.pending)
    return _decline_again(refer_back(answer, turn), turn)


def _decline_again(answer: Answer, turn: Turn) -> Answer:
    """Shorten the text of a second fallback in a row."""
    last = turn.conversation.last
    if answer.reason not in _MISSES or last is None or last.reason not in _MISSES:
        return answer
    text = turn.engine.manners.words("fallback-again")
    return replace(answer, text=text) if text else answer

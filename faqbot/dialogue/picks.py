"""Steps on offered entries: picked, declined, or named by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from faqbot.dialogue.joining import MAX_JOINED_ANSWERS, join_answers
from faqbot.dialogue.places import places
from faqbot.dialogue.turn import Turn, has_term
from faqbot.models import Answer, Entry, Outcome, Reason
from faqbot.retrieval import normalize

# Longest message, in words, that can name a choice by its words. Chosen by hand.
MAX_WORDS_OF_CHOICE = 6
# Longest number, in digits, that is never a question: "1961" is a year. Chosen by hand.
MAX_DIGITS_OF_PLACE = 2


def pick(turn: Turn) -> Answer | None:
    """Answer with the offered entries that the message names by their numbers."""
    if turn.conversation.last is None:
        return None
    found = [
        picked_answer(turn, entry)
        for entry in turn.conversation.picked(turn.question, turn.language)[:MAX_JOINED_ANSWERS]
    ]
    answers = [answer for answer in found if answer is not None]
    return (
        join_answers(turn, answers, more=False) if len(answers) > 1 else next(iter(answers), None)
    )


def decline(turn: Turn) -> Answer | None:
    """Answer the number after the last choice, which declines all choices."""
    conversation = turn.conversation
    declines = conversation.last is not None and conversation.declines(turn.question, turn.language)
    return next_best(turn) if declines else None


def choose(turn: Turn) -> Answer | None:
    """Answer with the only choice whose question has every key term of the message."""
    if turn.conversation.last is None or turn.plain.entry is not None:
        return None
    return picked_answer(turn, _named(turn, turn.conversation.choices))


def number(turn: Turn) -> Answer | None:
    """Decline a number that nothing is offered under, unless the knowledge base has the number."""
    found = places(turn.question.text, len(turn.conversation.offered), turn.language)
    if not found or turn.found.exact or _is_known(turn):
        return None
    if any(len(each) > MAX_DIGITS_OF_PLACE for each in _digits(turn)):
        return None
    name = "no-such-choice" if turn.conversation.offered else "nothing-to-pick"
    entry = turn.engine.manners.entry(name)
    if entry is None:
        return None
    reply = turn.engine.small_talk(turn.question, entry)
    return replace(reply, outcome=Outcome.UNANSWERED, confidence=0.0, matches=())


def picked_answer(turn: Turn, entry: Entry | None, reason: Reason = Reason.PICKED) -> Answer | None:
    """Return the answer of *entry* as it now stands.

    The result is None if it is gone.
    """
    if entry is None or not turn.engine.may_show(entry, turn.question.audience):
        return None
    answer = turn.engine.answered(turn.question, (turn.engine.pick(entry),), reason)
    return replace(answer, read_as=entry.question)


def _named(turn: Turn, choices: Sequence[Entry]) -> Entry | None:
    """Return the only entry of *choices* whose question has every key term of the message."""
    language = turn.language
    words = language.tokenize(normalize(turn.question.text)) if choices else []
    terms = [word for word in words if language.is_key_term(word)]
    if not terms or len(words) > MAX_WORDS_OF_CHOICE:
        return None
    fitting = [
        entry
        for entry in choices
        if all(has_term(language.tokenize(normalize(entry.question)), term) for term in terms)
    ]
    return fitting[0] if len(fitting) == 1 else None


def next_best(turn: Turn, least: float = 0.0) -> Answer:
    """Offer the matches after the declined choices, or after the rejected answer.

    The confidence of the best of them must be above *least*. Decline the question at the second time.
    """
    engine, conversation = turn.engine, turn.conversation
    asked = replace(conversation.asked or turn.question, audience=turn.question.audience)
    declined = (*conversation.turned_down, *conversation.shown)
    found = engine.retrieve(asked, declined, turn.limit)
    answer = engine.unanswered(turn.question, (), Reason.TURNED_DOWN)
    if not conversation.turned_down and found.matches and found.matches[0].confidence > least:
        answer = engine.ambiguous(
            turn.question, found.matches, Reason.TURNED_DOWN, words="more-choices"
        )
    return replace(answer, picked_for=asked)


def _is_known(turn: Turn) -> bool:
    """Return True if the knowledge base has the number of the message, and answers it."""
    has_word = turn.engine.retriever.has_word
    return any(map(has_word, _digits(turn))) and turn.plain.entry is not None


def _digits(turn: Turn) -> Sequence[str]:
    return [
        word for word in turn.language.tokenize(normalize(turn.question.text)) if word.isdigit()
    ]

"""Steps on a message of several parts: several questions, or a question inside a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from faqbot.dialogue.follow_ups import answer_part
from faqbot.dialogue.joining import MAX_JOINED_ANSWERS, join_answers
from faqbot.dialogue.message_search import MessagePart, search_parts, with_pairs
from faqbot.dialogue.message_text import is_asked
from faqbot.dialogue.small_talk import small_talk
from faqbot.dialogue.turn import Turn, exact, refer_back
from faqbot.models import Answer, Outcome
from faqbot.retrieval import normalize


def several(turn: Turn) -> Answer | None:
    """Answer each of several questions.

    A courtesy beside a single question is ignored.
    """
    fragments = turn.message.fragments
    if len(fragments) <= 1:
        return None
    parts = [turn.part(fragment) for fragment in fragments]
    questions = [part for part in parts if not small_talk(part) or exact(part)]
    if not questions:
        return replace(small_talk(parts[-1]) or turn.plain, question=turn.question)
    if len(questions) == 1:
        answer = answer_part(questions[0], turn.conversation.topic)
        return replace(answer, question=turn.question)
    asked = [part for part in questions if is_asked(part.question.text, turn.language)]
    if len(asked) <= 1:
        return None
    return _answer_all(turn, asked, all_asked=len(asked) == len(questions))


def _answer_all(turn: Turn, questions: Sequence[Turn], *, all_asked: bool) -> Answer | None:
    """Answer the first of *questions*, each in the context of the one before it.

    The result is None unless two of them find different entries. Choices count if *all_asked* is True:
    the message has no other sentence, so that each of them is meant. A question without a key term of its
    own, such as "what does that do", has no choices to show.
    """
    language = turn.language

    def named(answer: Answer) -> bool:
        words = language.tokenize(normalize(answer.question.text))
        return any(map(language.is_key_term, words))

    answers: list[Answer] = []
    topic = turn.conversation.topic
    for part in questions[:MAX_JOINED_ANSWERS]:
        answers.append(answer_part(part, topic))
        topic = answers[-1].entry or topic
    entries = {answer.entry.id for answer in answers if answer.entry is not None}
    offered = {choice.id for answer in answers if named(answer) for choice in answer.choices[:1]}
    count = len(entries | offered) if all_asked and entries else len(entries)
    if count <= 1:
        return None
    parts = [refer_back(answer, turn) for answer in answers]
    return join_answers(turn, parts, more=len(questions) > MAX_JOINED_ANSWERS)


def message(turn: Turn) -> Answer | None:
    """Answer the question inside a longer message: by the whole if that is sure, else by its parts."""
    whole = turn.cleaned
    if whole is turn and len(turn.parts) <= 1:
        return None
    answer = whole.plain
    if answer.outcome is not Outcome.ANSWERED:
        part = _best_part(turn)
        if part is not None and _is_better(part, answer):
            answer = part
    return replace(answer, question=turn.question)


def _is_better(part: Answer, whole: Answer) -> bool:
    """Return True if *part* answers with the best match of the *whole* message, or if that finds none.

    Most parts lack words that the whole message has, so they find other entries by chance: on the dev
    splits, 94 of 105 answers with another of its matches were wrong.
    """
    if not whole.matches:
        return True
    if whole.outcome is Outcome.UNANSWERED:
        return bool(part.matches) and part.confidence >= whole.confidence
    return part.entry is not None and part.entry.id == whole.matches[0].entry.id


def _best_part(turn: Turn) -> Answer | None:
    """Answer by the part that finds the best entry.

    The result is None if no part finds an entry.
    """
    parts = [part for part in turn.parts if part.courtesy is None]
    if len(parts) <= 1:
        return next((part.plain for part in parts), None)
    texts = [MessagePart(part.question.text, _asks(part)) for part in parts]
    pairs = [*with_pairs(texts)]
    turn.engine.retriever.prepare([part.text for part in pairs])
    found = search_parts(pairs, turn.cleaned.found, turn.found_in_part)
    return None if found is None else turn.engine.decide(turn.question, found)


def _asks(part: Turn) -> bool:
    """Return True if *part* is a stored phrasing, or a question with a key term: not "can you help?"."""
    text, language = part.question.text, part.language
    if part.engine.retriever.stores(part.question):
        return True
    return is_asked(text, language) and any(
        map(language.is_key_term, language.tokenize(normalize(text)))
    )

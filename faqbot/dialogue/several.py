"""Steps on a message of several parts: several questions, or a question inside a message.

The whole message is looked up first. Where that leaves a doubt, each part and each pair of
neighbours is looked up. An entry is worth its highest confidence in one part, plus a share of its
confidence in the whole. The part that finds the best entry decides: its confidence and its doubts
are the answer's. Where a part asks, only the parts that ask decide. The others are mostly stories
and thanks, and "have a nice weekend" would find an entry about the weekend (benchmarks/README,
"Messages").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from faqbot.dialogue.follow_ups import answer_part
from faqbot.dialogue.joining import MAX_JOINED_ANSWERS, join_answers
from faqbot.dialogue.message_text import is_asked, key_terms
from faqbot.dialogue.policy import MAX_MATCHES
from faqbot.dialogue.small_talk import small_talk
from faqbot.dialogue.turn import Turn, exact, refer_back
from faqbot.models import Answer, Match, Outcome
from faqbot.retrieval import Language, Retrieval, has_form

# Share of an entry's confidence in the whole message that is added to its confidence in a part. Without
# it, up to .006 more messages are answered wrong (benchmarks/README, "Messages", dev splits).
WHOLE_WEIGHT = 0.5
# Margin of a bound on a sum of probabilities, far above float64 errors. Chosen by hand.
ROUNDING = 1e-9


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
    answers: list[Answer] = []
    topic = turn.conversation.topic
    for part in questions[:MAX_JOINED_ANSWERS]:
        answers.append(answer_part(part, topic))
        topic = answers[-1].entry or topic
    entries = {answer.entry.id for answer in answers if answer.entry is not None}
    offered = {
        choice.id
        for answer in answers
        if key_terms(answer.question.text, turn.language)
        for choice in answer.choices[:1]
    }
    count = len(entries | offered) if all_asked and entries else len(entries)
    if count <= 1 and not (all_asked and entries and _are_apart(questions, turn.language)):
        return None
    parts = [refer_back(answer, turn) for answer in answers]
    return join_answers(turn, parts, more=len(questions) > MAX_JOINED_ANSWERS)


def _are_apart(questions: Sequence[Turn], language: Language) -> bool:
    """Return True if each of *questions* has a key term, and none refers to another or has one of its terms.

    A question that finds nothing is meant then, and no comment on the one before.
    """
    known: list[str] = []
    for part in questions:
        text = part.question.text
        terms, pronouns = key_terms(text, language), language.dialogue.topic_pronouns
        if not terms or any(has_form(language, term, known) for term in terms):
            return False
        if any(word in pronouns for word in part.engine.manners.words_of(text)):
            return False
        known += terms
    return True


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
    splits, 81 of 92 answers with another of its matches were wrong.
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
    return is_asked(text, language) and bool(key_terms(text, language))


@dataclass(frozen=True, slots=True)
class MessagePart:
    """A part of a message: its *text*, and whether it *asks* for something of its own."""

    text: str
    asks: bool


def search_parts(
    parts: Iterable[MessagePart], whole: Retrieval, retrieve: Callable[[str, float], Retrieval]
) -> Retrieval | None:
    """Return the matches of the part that finds the best entry, with that entry first.

    *whole* was found for the whole message. *retrieve* takes a part's text, and the least confidence with
    which its best match can win. None where no part finds anything. Only the best five matches of a part
    can win, however many are listed.
    """
    support = {match.entry.id: match.confidence for match in whole.matches[:MAX_MATCHES]}
    most = WHOLE_WEIGHT * max(support.values(), default=0.0) + ROUNDING
    best: tuple[float, int, Retrieval, int] | None = None
    known = [*parts]
    asking = [part for part in known if part.asks]
    for place, part in enumerate(asking or known):
        found = retrieve(part.text, 0.0 if best is None else best[0] - most)
        for number, match in enumerate(found.matches[:MAX_MATCHES]):
            worth = match.confidence + WHOLE_WEIGHT * support.get(match.entry.id, 0.0)
            if best is None or (worth, -place) > best[:2]:
                best = worth, -place, found, number
    return None if best is None else _led_by(*best[2:])


def with_pairs(parts: Sequence[MessagePart]) -> Iterator[MessagePart]:
    """Yield the parts, then each pair of neighbours as one part.

    Of two parts the pair is the whole.
    """
    yield from parts
    if len(parts) > 2:  # noqa: PLR2004  a pair is less than the whole
        for first, second in pairwise(parts):
            yield MessagePart(f"{first.text} {second.text}", first.asks or second.asks)


def _led_by(found: Retrieval, number: int) -> Retrieval:
    """Return *found* with its match *number* first.

    A match that was not the best has no answer.
    """
    if number == 0:
        return found
    led: tuple[Match, ...] = (
        found.matches[number],
        *found.matches[:number],
        *found.matches[number + 1 :],
    )
    return replace(found, matches=led, exact=())

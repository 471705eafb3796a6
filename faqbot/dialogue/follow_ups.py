"""Step on a follow-up, which leans on the entry last answered with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from faqbot.dialogue.interpretation import FollowUp, read_follow_up
from faqbot.dialogue.picks import picked_answer
from faqbot.dialogue.turn import Turn, has_term
from faqbot.models import Answer, Entry, Outcome, Reason
from faqbot.retrieval import Language, normalize

# Interpretations within this confidence of the best tie; the more plausible wins. Chosen by hand.
CONFIDENCE_TIE = 0.02


def follow_up(turn: Turn) -> Answer | None:
    """Answer a message that leans on the entry last answered with."""
    topic = turn.conversation.topic
    return in_context(turn, topic) or unresolved(turn, topic)


def unresolved(turn: Turn, topic: Entry | None) -> Answer | None:
    """Offer choices if a pronoun of the message makes its plain answer doubtful.

    It is doubtful if the message has at most one key term of its own, and finds another entry with the
    topic in place of the pronoun: "why did it fail" may be about something else than before.
    """
    plain = turn.plain.entry
    if topic is None or plain is None or turn.found.exact or plain.id == topic.id:
        return None
    read = read_follow_up(turn.question.text, topic.question, turn.language)
    if read is None or not read.has_pronoun or len(read.key_terms) > 1 or not read.texts:
        return None
    found = turn.engine.retrieve(replace(turn.question, text=read.texts[0]), without=(topic.id,))
    if not found.matches or found.matches[0].entry.id == plain.id:
        return None
    others = (each for each in found.matches[:1] if each.entry.id not in topic.follow_ups)
    return turn.engine.ambiguous(turn.question, (*turn.plain.matches[:1], *others), Reason.CLOSE)


def in_context(turn: Turn, topic: Entry | None) -> Answer | None:
    """Answer the message as a follow-up to *topic*, unless its plain answer is as good."""
    if topic is None:
        return None
    read = read_follow_up(turn.question.text, topic.question, turn.language)
    if read is None or (turn.plain.outcome is Outcome.ANSWERED and not read.explicit):
        return None
    if read.is_same:
        return picked_answer(turn, topic, Reason.REPEATED)
    answer = _likeliest([*_interpretations(turn, read, topic)], read)
    if answer is None or not (_is_whole(answer, read) or _is_clearer(answer, turn.plain)):
        return None
    return answer


def _is_whole(answer: Answer, read: FollowUp) -> bool:
    """Return True for an answer to a message of one key term, with the whole topic for its pronoun."""
    resolved = read.has_pronoun and answer.read_as == read.texts[0]
    return resolved and len(read.key_terms) <= 1 and answer.outcome is Outcome.ANSWERED


def _likeliest(answers: Sequence[Answer], read: FollowUp) -> Answer | None:
    """Return the first of the *answers* that are about as sure as the surest; None without answers.

    If a pronoun stands for the topic, an answer to the message with the whole topic goes before answers
    about a part of it: "it" after bilateral diplomacy is not all diplomacy.
    """
    whole = read.has_pronoun and answers and answers[0].read_as == read.texts[0]
    if whole and answers[0].outcome is Outcome.ANSWERED:
        return answers[0]
    best = max((answer.confidence for answer in answers), default=0.0)
    likely = (answer for answer in answers if answer.confidence >= best - CONFIDENCE_TIE)
    return next(likely, None)


def _is_clearer(answer: Answer, plain: Answer) -> bool:
    """Return True if *answer*, in context, halves the doubt of *plain*."""
    if answer.outcome is Outcome.ANSWERED:
        return 1.0 - answer.confidence < (1.0 - plain.confidence) / 2
    return plain.outcome is Outcome.UNANSWERED


def _interpretations(turn: Turn, read: FollowUp, topic: Entry) -> Iterator[Answer]:
    """Yield an answer to each interpretation, from entries except *topic*."""
    engine = turn.engine
    supported: dict[str, bool] = {}  # interpretations share entries, whose texts may be long
    for text in read.texts:
        asked = replace(turn.question, text=text)
        found = engine.retrieve(asked, without=(topic.id,), limit=turn.limit)
        answer = replace(engine.decide(turn.question, found), read_as=text)
        if answer.outcome is Outcome.UNANSWERED:
            continue
        entry = found.matches[0].entry
        if entry.id not in supported:
            supported[entry.id] = _supports(entry, read, turn.language)
        if supported[entry.id]:
            yield answer


def _supports(entry: Entry, read: FollowUp, language: Language) -> bool:
    """Return True if *entry* has most key terms of the message."""
    texts = (*entry.phrasings, *entry.keywords, entry.answer)
    found = {word for text in texts for word in language.tokenize(normalize(text))}
    words = [*filter(language.is_content, found)]
    had = sum(has_term(words, term) for term in read.key_terms)
    return not read.key_terms or 2 * had > len(read.key_terms)


def answer_part(part: Turn, topic: Entry | None) -> Answer:
    """Answer *part* of a message in the context of *topic*."""
    if part.found.exact:
        return part.plain
    return in_context(part, topic) or unresolved(part, topic) or part.plain

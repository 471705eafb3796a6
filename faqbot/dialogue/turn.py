"""One turn of a conversation: what a message is, in the light of what was said, and the answer to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import shorten

from rapidfuzz import fuzz

from faqbot.dialogue.conversation import Conversation
from faqbot.dialogue.interpretation import FollowUp, is_asked, read_follow_up, split_message
from faqbot.dialogue.policy import Knowledge
from faqbot.models import Answer, Entry, Outcome, Question, Reason
from faqbot.retrieval.languages.english import is_content, is_telling
from faqbot.retrieval.text import split_words, tidy

__all__ = ["take_turn"]

_MOST_PARTS = 3
_NEAR_BEST = 0.02
"""Of the readings of a follow-up the likeliest that is as sure as the surest but for this is taken."""
_WORDS_ALIKE = 85.0
_LONGEST_CHOICE = 6
_LONGEST_QUOTE = 100
_MARKUP = re.compile(r"[\\`*_~|\[\]<>#]")
"""What is no plain text in Markdown: what a person typed is quoted as it was typed."""


def take_turn(
    knowledge: Knowledge, question: Question, conversation: Conversation | None = None
) -> Answer:
    """Answer *question* and remember that in *conversation*, if there is one; never raises for its text."""
    if conversation is None:  # nothing was offered or given before
        return _respond(knowledge, question, Conversation())
    with conversation:
        answer = _respond(knowledge, question, conversation)
        if answer.entry is not None and conversation.offers_choice(answer.entry):
            answer = replace(answer, picked_for=conversation.pending)
        answer = _point_back(knowledge, answer, conversation)
        conversation.remember(answer)
        return answer


def _respond(knowledge: Knowledge, question: Question, conversation: Conversation) -> Answer:
    picked = conversation.picked(question)
    if picked is not None and knowledge.offers(question, picked):
        return _pick(knowledge, question, picked)
    if conversation.declines(question):
        return _next_best(knowledge, question, conversation)
    plain = knowledge.decide(question, found := knowledge.find(question))
    if found.exact:
        return plain
    return (
        _moved(knowledge, question, conversation, plain)
        or _several(knowledge, question, conversation)
        or _mannerly(knowledge, question, plain)
        or _in_context(knowledge, question, plain, conversation.topic)
        or plain
    )


def _pick(knowledge: Knowledge, question: Question, entry: Entry) -> Answer:
    answer = knowledge.answered(question, (knowledge.pick(entry),), Reason.PICKED)
    return replace(answer, read_as=entry.question)


def _moved(
    knowledge: Knowledge, question: Question, conversation: Conversation, plain: Answer
) -> Answer | None:
    """Answer a message that is a move, such as "repeat", or that names one of the choices."""
    move = knowledge.manners.move(question.text)
    if move is not None:
        acted = _act(knowledge, question, conversation, move.id)
        speaks = plain.entry is not None or _is_of_the_base(knowledge, question.text, plain)
        return acted or (None if speaks else knowledge.mannerly(question, move))
    named = None if plain.entry else _named(question.text, conversation.choices)
    if named is None or not knowledge.offers(question, named):
        return None
    return _pick(knowledge, question, named)


def _act(
    knowledge: Knowledge, question: Question, conversation: Conversation, move: str
) -> Answer | None:
    """Do what *move* asks for; None where there is nothing to do it with."""
    choices, topic = conversation.choices, conversation.topic
    if choices and move == "none-of-these":
        return _next_best(knowledge, question, conversation)
    if len(choices) == 1 and move == "first-choice" and knowledge.offers(question, choices[0]):
        return _pick(knowledge, question, choices[0])
    if topic is not None and move == "more":
        return _more(knowledge, question, conversation, topic)
    if topic is not None and move == "repeat" and knowledge.offers(question, topic):
        conversation.ask_again(topic)
        answer = knowledge.answered(question, (knowledge.pick(topic),), Reason.REPEATED)
        return replace(answer, read_as=topic.question)
    return None


def _more(
    knowledge: Knowledge, question: Question, conversation: Conversation, topic: Entry
) -> Answer:
    """Offer what follows on *topic*, as it now stands, and was not told yet."""
    now = knowledge.kb.by_id.get(topic.id, topic)
    found = knowledge.follow_ups(question, now)
    follow_ups = tuple(entry for entry in found if not conversation.was_given(entry))
    if follow_ups:
        return knowledge.related(question, follow_ups)
    text = knowledge.manners.words("no-more", topic.question)
    return replace(knowledge.unanswered(question, (), Reason.NO_MORE), text=text)


def _named(text: str, choices: tuple[Entry, ...]) -> Entry | None:
    """Return the one of *choices* whose question has all that *text* is about; None if not just one."""
    if not choices:
        return None
    words = split_words(tidy(text))
    telling = [word for word in words if is_telling(word)]
    if not telling or len(words) > _LONGEST_CHOICE:
        return None
    fitting = [
        entry
        for entry in choices
        if all(_has(split_words(tidy(entry.question)), word) for word in telling)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _has(words: list[str], wanted: str) -> bool:
    return any(fuzz.ratio(word, wanted) >= _WORDS_ALIKE for word in words)


def _next_best(knowledge: Knowledge, question: Question, conversation: Conversation) -> Answer:
    """Offer what comes after the choices that were turned down, once; then decline."""
    asked = replace(conversation.pending or question, audience=question.audience)
    first = not conversation.turned_down
    down = (*conversation.turned_down, *(entry.id for entry in conversation.choices))
    found = knowledge.find(asked, down)
    if first and found.matches and found.matches[0].confidence > 0.0:
        conversation.turned_down = down
        reason, words = Reason.TURNED_DOWN, "more-choices"
        answer = knowledge.ambiguous(question, found.matches, reason, words)
    else:
        answer = knowledge.unanswered(question, (), Reason.TURNED_DOWN)
    return replace(answer, picked_for=asked)


def _mannerly(knowledge: Knowledge, question: Question, plain: Answer) -> Answer | None:
    """Answer a courtesy, unless the knowledge base speaks of what it is about."""
    entry = knowledge.manners.find(question.text)
    if entry is None or _is_of_the_base(knowledge, question.text, plain):
        return None
    return knowledge.mannerly(question, entry)


def _is_of_the_base(knowledge: Knowledge, text: str, plain: Answer) -> bool:
    """Return True if *text* is put in the words of what its *plain* reading answers or offers."""
    if plain.outcome is Outcome.UNANSWERED:
        return False
    if plain.entry and _is_put_as(text, plain.matches[0].phrasing):
        return True
    said = knowledge.manners.said(text)
    if not any(map(is_telling, said)):
        return False
    near = plain.matches[:1] if plain.entry else plain.matches
    return any(said.issubset(split_words(tidy(match.phrasing))) for match in near)


def _is_put_as(text: str, phrasing: str) -> bool:
    """Tell whether half of the words of *phrasing* or more are those of *text*."""
    words = set(split_words(tidy(phrasing)))
    return 2 * len(words.intersection(split_words(tidy(text)))) >= len(words)


def _in_context(
    knowledge: Knowledge, question: Question, plain: Answer, topic: Entry | None
) -> Answer | None:
    """Answer *question* as a follow-up to *topic*, unless its *plain* reading is as good."""
    if topic is None:
        return None
    follow_up = read_follow_up(question.text, topic.question)
    if follow_up is None or (plain.outcome is Outcome.ANSWERED and not follow_up.leans):
        return None
    read = _likeliest(knowledge, question, follow_up, topic)
    return read if read is not None and _is_clearer(read, plain) else None


def _is_clearer(read: Answer, plain: Answer) -> bool:
    """Tell whether *read* beats *plain*: a question that stands on its own is not bent by context."""
    if read.outcome is Outcome.ANSWERED:
        return 1.0 - read.confidence < (1.0 - plain.confidence) / 2
    return plain.outcome is Outcome.UNANSWERED


def _likeliest(
    knowledge: Knowledge, question: Question, follow_up: FollowUp, topic: Entry
) -> Answer | None:
    """Return the answer to the likeliest of the readings that are about as sure as the surest."""
    answers = [*_answers(knowledge, question, follow_up, topic)]
    best = max((answer.confidence for answer in answers), default=0.0)
    return next((answer for answer in answers if answer.confidence >= best - _NEAR_BEST), None)


def _answers(
    knowledge: Knowledge, question: Question, follow_up: FollowUp, topic: Entry
) -> Iterator[Answer]:
    """Yield an answer to each reading, of entries other than *topic*: that was answered already."""
    supported: dict[str, bool] = {}  # many readings find the same entry, whose text may be long
    for reading in follow_up.readings:
        found = knowledge.find(replace(question, text=reading), without=(topic.id,))
        answer = replace(knowledge.decide(question, found), read_as=reading)
        if answer.outcome is Outcome.UNANSWERED:
            continue
        entry = found.matches[0].entry
        if entry.id not in supported:
            supported[entry.id] = _supports(entry, follow_up)
        if supported[entry.id]:
            yield answer


def _supports(entry: Entry, follow_up: FollowUp) -> bool:
    """Tell whether *entry* has most words of the message itself, not only of what came before."""
    texts = (*entry.phrasings, *entry.keywords, entry.answer)
    words = [*filter(is_content, {word for text in texts for word in split_words(tidy(text))})]
    had = sum(_has(words, word) for word in follow_up.telling)
    return not follow_up.telling or 2 * had > len(follow_up.telling)


def _several(knowledge: Knowledge, question: Question, conversation: Conversation) -> Answer | None:
    """Answer each of several questions; a courtesy beside one question is passed over."""
    fragments = split_message(question.text)
    if len(fragments) < 2:  # noqa: PLR2004  one is no several
        return None
    polite = [_courtesy(knowledge, replace(question, text=fragment)) for fragment in fragments]
    rest = [fragment for fragment, entry in zip(fragments, polite, strict=True) if entry is None]
    if not rest:
        return knowledge.mannerly(question, next(entry for entry in polite[::-1] if entry))
    if len(rest) == 1:
        only = _alone(knowledge, replace(question, text=rest[0]), conversation.topic)
        return replace(only, question=question)
    return _joined(knowledge, question, rest, conversation)


def _courtesy(knowledge: Knowledge, question: Question) -> Entry | None:
    """Return the courtesy that *question* is, a part of a message, unless it is of the knowledge base."""
    entry = knowledge.manners.find(question.text)
    if entry is None:
        return None
    plain = knowledge.decide(question, found := knowledge.find(question))
    of_the_base = found.exact or _is_of_the_base(knowledge, question.text, plain)
    return None if of_the_base else entry


def _alone(knowledge: Knowledge, question: Question, topic: Entry | None) -> Answer:
    plain = knowledge.decide(question, found := knowledge.find(question))
    return plain if found.exact else _in_context(knowledge, question, plain, topic) or plain


def _joined(
    knowledge: Knowledge, question: Question, fragments: list[str], conversation: Conversation
) -> Answer | None:
    asked = [fragment for fragment in fragments if is_asked(fragment)]
    parts: list[Answer] = []
    topic = conversation.topic
    for fragment in asked[:_MOST_PARTS]:
        parts.append(_alone(knowledge, replace(question, text=fragment), topic))
        topic = parts[-1].entry or topic
    entries = {part.entry.id for part in parts if part.entry is not None}
    if len(entries) < 2:  # noqa: PLR2004  one answer is no several
        return None
    parts = [_point_back(knowledge, part, conversation) for part in parts]
    return _join(knowledge, question, parts, more=len(asked) > _MOST_PARTS)


def _join(knowledge: Knowledge, question: Question, parts: list[Answer], *, more: bool) -> Answer:
    """Make one answer of *parts*: as good as the worst of them, and all of their texts."""
    worst = max(parts, key=lambda part: _BADNESS[part.outcome])
    texts = [_part_text(knowledge, part, open_choices=part is worst) for part in parts]
    texts += [knowledge.manners.words("too-many")] if more else []
    return Answer(
        question,
        worst.outcome,
        min(part.confidence for part in parts),
        "\n\n".join(texts),
        tuple(part.matches[0] for part in parts if part.matches),
        worst.choices,
        () if worst.choices else parts[-1].follow_ups,
        parts=tuple(parts),
        reason=Reason.SEVERAL,
    )


_BADNESS = {Outcome.ANSWERED: 0, Outcome.UNANSWERED: 1, Outcome.AMBIGUOUS: 2}


def _part_text(knowledge: Knowledge, part: Answer, *, open_choices: bool) -> str:
    if part.entry is not None:
        return f"**{part.entry.question}**\n\n{part.text}"
    if part.outcome is Outcome.AMBIGUOUS and open_choices:
        return part.text
    asked = shorten(part.question.text, _LONGEST_QUOTE, placeholder="…")
    return knowledge.manners.words("unanswered-part", _MARKUP.sub(r"\\\g<0>", asked))


def _point_back(knowledge: Knowledge, answer: Answer, conversation: Conversation) -> Answer:
    """Point to an answer that was given before, where it would be pasted again."""
    entry = answer.entry
    if answer.manners or answer.parts or entry is None or not conversation.was_given(entry):
        return answer
    text = knowledge.manners.words("already-given", entry.question)
    return replace(answer, text=text, repeated=True) if text else answer

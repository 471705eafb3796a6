"""Steps on small talk: courtesies, and moves in a conversation such as "repeat"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from faqbot.dialogue.follow_ups import answer_part
from faqbot.dialogue.manners import is_move
from faqbot.dialogue.picks import next_best, picked_answer
from faqbot.dialogue.turn import Turn
from faqbot.models import Answer, Entry, Outcome, Reason

# Words from which a courtesy is covered only by a phrasing of which it is half: "is that true" is no
# question about a treaty. Chosen by hand: shorter ones are often a keyword of an entry, such as "contact".
MIN_WORDS_OF_WHOLE_COURTESY = 3


def move(turn: Turn) -> Answer | None:
    """Answer a move in the conversation, such as "repeat" or "tell me more"."""
    if turn.courtesy is None or not is_move(turn.courtesy):
        return None
    answer = _carry_out(turn, turn.courtesy.id)
    if answer is not None or _is_covered(turn):
        return answer
    return turn.engine.small_talk(turn.question, turn.courtesy)


def correct(turn: Turn) -> Answer | None:
    """Answer the question after words such as "no, I meant"."""
    rest = turn.correction
    if not rest or rest == turn.question.text:
        return None
    part = turn.part(rest)
    if part.courtesy is not None:
        return None
    return replace(answer_part(part, turn.conversation.topic), question=turn.question)


def small_talk(turn: Turn) -> Answer | None:
    """Answer a greeting, thanks and the like, unless the knowledge base covers its words."""
    if turn.courtesy is None or is_move(turn.courtesy) or _is_covered(turn):
        return None
    answer = turn.engine.small_talk(turn.question, turn.courtesy)
    text = turn.engine.manners.reply(turn.engine.manners.find_all(turn.question.text))
    return replace(answer, text=text) if text else answer


def _carry_out(turn: Turn, name: str) -> Answer | None:
    """Return the answer to the move of the id *name*.

    The result is None if nothing was said that it is about.
    """
    choices, topic = turn.conversation.choices, turn.conversation.topic
    if choices and name == "none-of-these":
        return next_best(turn)
    if len(choices) == 1 and name == "first-choice":
        return picked_answer(turn, choices[0])
    if topic is not None and name == "more":
        return _more(turn, topic)
    if topic is not None and name == "repeat":
        return picked_answer(turn, topic, Reason.REPEATED)
    if topic is not None and name == "source":
        return _source(turn, topic)
    return None


def _source(turn: Turn, topic: Entry) -> Answer | None:
    """Say where the answer of *topic* comes from.

    The result is None if that text is removed.
    """
    engine, base = turn.engine, turn.engine.kb.source
    entry = engine.kb.by_id.get(topic.id, topic)
    given = [entry.source, entry.url] if entry.source or entry.url else []
    whole = [base.title or base.file, "" if entry.url else base.url]
    source = ", ".join(dict.fromkeys(filter(None, [*given, *whole])))
    name = "source-of" if source else "source-unknown"
    text = engine.manners.words(name, topic.question, source)
    if turn.courtesy is None or not text:
        return None
    return replace(engine.small_talk(turn.question, turn.courtesy), text=text)


def _more(turn: Turn, topic: Entry) -> Answer:
    """Offer the follow-ups of *topic*, as it now stands, whose answers were not given yet."""
    engine = turn.engine
    found = engine.follow_ups(engine.kb.by_id.get(topic.id, topic), turn.question.audience)
    new = tuple(entry for entry in found if not turn.conversation.was_given(entry))
    if new:
        return engine.related(turn.question, new)
    answer = engine.unanswered(turn.question, (), Reason.NO_MORE)
    return replace(answer, text=engine.manners.words("no-more", topic.question))


def _is_covered(turn: Turn) -> bool:
    """Return True if the words of a courtesy are those of an entry that the message finds."""
    text, plain = turn.question.text, turn.plain
    if plain.outcome is Outcome.UNANSWERED:
        return False
    manners = turn.engine.manners
    if plain.entry and _shares_half(
        manners.words_of(text), manners.words_of(plain.matches[0].phrasing)
    ):
        return True
    content = manners.content_of(text)
    if not any(map(manners.language.is_key_term, content)):
        return False
    near = plain.matches[:1] if plain.entry else plain.matches
    found = [words for match in near if content.issubset(words := manners.words_of(match.phrasing))]
    words = manners.words_of(text)
    if len(words) < MIN_WORDS_OF_WHOLE_COURTESY:
        return bool(found)
    return any(_shares_half(words, phrasing) for phrasing in found)


def _shares_half(words: Sequence[str], phrasing: Sequence[str]) -> bool:
    """Return True if *words* have at least half of the words of *phrasing*."""
    return 2 * len({*phrasing}.intersection(words)) >= len({*phrasing})

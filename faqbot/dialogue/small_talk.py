"""Steps on small talk: courtesies, and moves such as "repeat"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from faqbot.dialogue.manners import Manners, is_move
from faqbot.dialogue.message_text import is_asked
from faqbot.dialogue.picks import next_best, picked_answer
from faqbot.dialogue.turn import Step, Turn
from faqbot.models import Answer, Entry, Outcome, Reason
from faqbot.retrieval import Language

# Words from which a courtesy is covered only by a phrasing of which it is half: "is that true" is no
# question about a treaty. Chosen by hand: shorter ones are often a keyword of an entry, such as "contact".
MIN_WORDS_OF_WHOLE_COURTESY = 3
# Longest statement, in words, beside which a courtesy is answered. Chosen by hand: a longer one tells of
# something that the report should list as missed.
MAX_WORDS_OF_STATEMENT = 8
# Ids of the bot's own texts above choices, by the reason why they were offered.
_ABOVE_CHOICES = {Reason.TURNED_DOWN: "more-choices", Reason.RELATED: "related"}


def move(turn: Turn) -> Answer | None:
    """Answer a move, such as "repeat" or "tell me more"."""
    if turn.courtesy is None or not is_move(turn.courtesy):
        return None
    several = len(turn.engine.manners.find_all(turn.question.text)) > 1
    if several and turn.correction and is_covered(turn.part(turn.correction)):
        return None  # "no, cancel" after a question about orders
    answer = _carry_out(turn, turn.courtesy.id)
    if answer is not None or is_covered(turn):
        return answer
    return turn.engine.small_talk(turn.question, turn.courtesy)


def small_talk(turn: Turn) -> Answer | None:
    """Answer a greeting, thanks and the like, unless the knowledge base covers its words."""
    if turn.courtesy is None or is_move(turn.courtesy) or is_covered(turn):
        return None
    answer = turn.engine.small_talk(turn.question, turn.courtesy)
    text = turn.engine.manners.reply(turn.engine.manners.find_all(turn.question.text))
    return replace(answer, text=text) if text else answer


def beside_statement(turn: Turn) -> Answer | None:
    """Answer a courtesy beside a short statement that finds nothing: "ignore that, wrong key"."""
    text, manners = turn.question.text, turn.engine.manners
    parts = manners.parts_of(text)
    entries = [manners.find(part) for part in parts]
    rest = " ".join(part for part, entry in zip(parts, entries, strict=True) if entry is None)
    said = next((entry for entry in entries if entry is not None), None)
    if said is None or len(rest.split()) > MAX_WORDS_OF_STATEMENT or is_asked(text, turn.language):
        return None
    if not _ends_exchange(turn, entries, rest):
        return None
    found = turn.cleaned.plain.outcome is not Outcome.UNANSWERED
    return None if found else turn.engine.small_talk(turn.question, said)


def _ends_exchange(turn: Turn, entries: Sequence[Entry | None], rest: str) -> bool:
    """Return True if the courtesies *entries*, None for the statement *rest*, show that it asks nothing.

    Thanks come first, and what they are for is in the conversation: "my phone is broken, thanks" asks.
    """
    names = ["" if entry is None else entry.id for entry in entries]
    if is_asked(rest, turn.language):
        return False
    first = turn.engine.manners.words_of(rest)[:1]
    is_about = any(word in turn.language.dialogue.topic_pronouns for word in first)
    thanked = names[0] == "thanks" and is_about
    return thanked or names[-1] == "goodbye" or "never-mind" in names


def _carry_out(turn: Turn, name: str) -> Answer | None:
    """Return the answer to the move of the id *name*.

    The result is None if nothing was said that it is about.
    """
    if turn.conversation.choices and name in _OF_CHOICES:
        return _OF_CHOICES[name](turn)
    if name in _OF_OFFERS:
        return _OF_OFFERS[name](turn)
    topic = turn.conversation.topic
    return None if topic is None or name not in _OF_TOPIC else _OF_TOPIC[name](turn, topic)


def _confirm(turn: Turn) -> Answer | None:
    """Answer with the only choice; None if there are several."""
    choices = turn.conversation.choices
    return picked_answer(turn, choices[0]) if len(choices) == 1 else None


def others(turn: Turn) -> Answer | None:
    """Offer other entries for the question whose answer was rejected.

    The result is None if no other entry is likely enough.
    """
    last = turn.conversation.last
    if last is None or last.entry is None or last.reason is Reason.TURNED_DOWN:
        return None
    answer = next_best(turn, turn.engine.thresholds.suggest)
    return answer if answer.choices else None


def _offer_again(turn: Turn) -> Answer | None:
    """Offer the open choices again, those that are still served."""
    engine, last = turn.engine, turn.conversation.last
    audience = turn.question.audience
    shown = [entry for entry in turn.conversation.choices if engine.may_show(entry, audience)]
    if last is None or last.reason is None or not shown:
        return None
    matches = tuple(replace(engine.pick(entry), confidence=last.confidence) for entry in shown)
    words = _ABOVE_CHOICES.get(last.reason, "choices")
    answer = engine.ambiguous(turn.question, matches, last.reason, words)
    return replace(answer, picked_for=turn.conversation.pending)


def _listen(turn: Turn) -> Answer | None:
    """Answer a "yes" that no list stands for, as an interjection; None if there is a list."""
    entry = turn.engine.manners.entry("interjection")
    if entry is None or turn.conversation.offered or is_covered(turn):
        return None
    return turn.engine.small_talk(turn.question, entry)


def _repeat(turn: Turn, topic: Entry) -> Answer | None:
    return picked_answer(turn, topic, Reason.REPEATED)


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
    """Offer the present follow-ups of *topic* that were not given."""
    engine = turn.engine
    found = engine.follow_ups(engine.kb.by_id.get(topic.id, topic), turn.question.audience)
    new = tuple(entry for entry in found if not turn.conversation.was_given(entry))
    if new:
        return engine.related(turn.question, new)
    answer = engine.unanswered(turn.question, (), Reason.NO_MORE)
    return replace(answer, text=engine.manners.words("no-more", topic.question))


def is_covered(turn: Turn) -> bool:
    """Return True if an entry that the message finds is about the courtesy, or has its words."""
    text, plain = turn.question.text, turn.plain
    if plain.outcome is Outcome.UNANSWERED:
        return False
    manners = turn.engine.manners
    words = manners.words_of(text)
    near = plain.matches[:1] if plain.entry else plain.matches
    if turn.courtesy and any(_is_courtesy(manners, turn.courtesy, each.entry) for each in near):
        return True
    phrasings = [manners.words_of(match.phrasing) for match in near]
    phrasings = [each for each in phrasings if not _differs(words, each, manners.language)]
    if plain.entry and any(_shares_half(words, phrasing) for phrasing in phrasings):
        return True
    if any({*words} == {*phrasing} for phrasing in phrasings):
        return True
    return _shares_subject(manners, text, phrasings)


def _is_courtesy(manners: Manners, courtesy: Entry, entry: Entry) -> bool:
    """Return True if a phrasing of *entry* is *courtesy*: the author has an answer of their own."""
    return any(manners.find(phrasing) is courtesy for phrasing in entry.phrasings)


def _shares_subject(manners: Manners, text: str, phrasings: Sequence[Sequence[str]]) -> bool:
    """Return True if one of *phrasings* has the subject of *text*, a courtesy.

    A question with a question word, such as "what languages do you speak", needs one key term of them.
    Another courtesy needs all its words, and a longer one is half of the phrasing.
    """
    language, words, content = manners.language, manners.words_of(text), manners.content_of(text)
    subject = frozenset(filter(language.is_key_term, content))
    if not subject:
        return False
    if not language.question_words.isdisjoint(words[:2]):  # "in which language" has it second
        return not all(map(subject.isdisjoint, phrasings))
    found = [phrasing for phrasing in phrasings if content.issubset(phrasing)]
    if len(words) < MIN_WORDS_OF_WHOLE_COURTESY:
        return bool(found)
    return any(_shares_half(words, phrasing) for phrasing in found)


def _differs(words: Sequence[str], phrasing: Sequence[str], language: Language) -> bool:
    """Return True if *words* deny or address the bot, and *phrasing* does not.

    "It does not matter" is not "why does it matter", and "how old are you" not "how old is it".
    """
    classes = (language.negative_words, language.addressee)
    return any(not each.isdisjoint(words) and each.isdisjoint(phrasing) for each in classes)


def _shares_half(words: Sequence[str], phrasing: Sequence[str]) -> bool:
    """Return True if *words* have at least half of the words of *phrasing*."""
    return 2 * len({*phrasing}.intersection(words)) >= len({*phrasing})


# What carries out a move, by its id: with open choices, without, and on the entry last answered with.
_OF_CHOICES: Mapping[str, Step] = {
    "none-of-these": next_best,
    "rejection": next_best,
    "first-choice": _confirm,
    "repeat": _offer_again,
}
_OF_OFFERS: Mapping[str, Step] = {"rejection": others, "first-choice": _listen}
_OF_TOPIC: Mapping[str, Callable[[Turn, Entry], Answer | None]] = {
    "more": _more,
    "repeat": _repeat,
    "source": _source,
}

"""Step on a correction of the question before: "no, I meant ...", "not red, blue", "the other one"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from faqbot.dialogue.follow_ups import answer_part
from faqbot.dialogue.message_text import is_asked, key_terms
from faqbot.dialogue.picks import pick
from faqbot.dialogue.places import names_both, names_other
from faqbot.dialogue.small_talk import is_covered, others
from faqbot.dialogue.turn import Turn
from faqbot.models import Answer
from faqbot.retrieval import Language, alternatives, has_form

# Longest message, in words, that puts one thing in place of another. Chosen by hand.
MAX_WORDS_OF_CONTRAST = 12
_AROUND = " ,:;.!?-\u2013\u2014"


def correct(turn: Turn) -> Answer | None:
    """Answer the question that a correction puts in place of the one before."""
    contrast = None if turn.correction else read_contrast(turn)
    rest = turn.correction if contrast is None else contrast.new
    if not rest or rest == turn.question.text:
        return None
    part = turn.part(rest)
    if part.courtesy is not None and not is_covered(part):
        return None
    answer = pick(part) or other(part) or _exchanged(turn, contrast)
    answer = answer or answer_part(part, turn.conversation.topic)
    return replace(answer, question=turn.question)


def _exchanged(turn: Turn, contrast: Contrast | None) -> Answer | None:
    """Answer the question before, with the new words in place of the old ones; None if that finds nothing."""
    topic = turn.conversation.topic
    if contrast is None or topic is None:
        return None
    words = topic.question.split()
    places = [place for place, word in enumerate(words) if contrast.takes_back(word, turn.language)]
    if not places:
        return None
    text = " ".join((*words[: places[0]], contrast.new, *words[places[-1] + 1 :]))
    answer = turn.part(text).plain
    return replace(answer, read_as=text) if answer.entry not in {None, topic} else None


def other(turn: Turn) -> Answer | None:
    """Offer the next best entries for "the other one"; without any, or among open choices, ask which.

    "Both" of three choices is asked about, too.
    """
    text, choices = turn.question.text, turn.conversation.choices
    if not names_other(text, turn.language) and not (choices and names_both(text, turn.language)):
        return None
    found = None if choices else others(turn)
    name = "first-choice" if choices else "correction"
    entry = turn.engine.manners.entry(name)
    return found or (None if entry is None else turn.engine.small_talk(turn.question, entry))


@dataclass(frozen=True, slots=True)
class Contrast:
    """Words of a message that take back *old*, key terms of the question before, and put *new* in place."""

    old: tuple[str, ...]
    new: str

    def takes_back(self, word: str, language: Language) -> bool:
        """Return True if *word*, of the question before, is one of *old*."""
        return any(has_form(language, term, self.old) for term in key_terms(word, language))


def read_contrast(turn: Turn) -> Contrast | None:
    """Read "not red, blue" and "blue instead of red".

    The result is None unless the words after the negation stand in the question before.
    """
    topic, text, language = turn.conversation.topic, turn.question.text, turn.language
    found = _negation(language).search(text) if topic is not None else None
    if topic is None or found is None or len(text.split()) > MAX_WORDS_OF_CONTRAST:
        return None
    before, after = text[: found.start()].strip(_AROUND), text[found.end() :]
    if is_asked(before, language):
        return None  # "why is the pool not open"
    kept, _, rest = after.partition(",") if "," in after else _parted(after, language)
    taken_back, new = (after, before) if key_terms(before, language) else (kept, rest)
    contrast = Contrast(tuple(key_terms(taken_back, language)), _meant(new, language))
    asked = key_terms(topic.question, language)
    stands = contrast.old and all(has_form(language, term, asked) for term in contrast.old)
    return contrast if stands and key_terms(contrast.new, language) else None


@lru_cache
def _negation(language: Language) -> re.Pattern[str]:
    """Return the pattern of a word before what is taken back: "not"."""
    words = alternatives(language.dialogue.contrasts)
    return re.compile(rf"(?<!\w)(?:{words})\b", re.IGNORECASE)


@lru_cache
def _conjunction(language: Language) -> re.Pattern[str]:
    """Return the pattern of a word before what is meant: "but"."""
    return re.compile(rf"(?<!\w)(?:{alternatives(language.dialogue.instead)})\b", re.IGNORECASE)


def _parted(text: str, language: Language) -> tuple[str, str, str]:
    found = _conjunction(language).search(text)
    return (text[: found.start()], "", text[found.end() :]) if found else (text, "", "")


def _meant(text: str, language: Language) -> str:
    """Return *text* without the words before what is meant: "but the", and function words after it."""
    bare = text.strip(_AROUND)
    found = _conjunction(language).match(bare)
    words = bare[found.end() if found else 0 :].split()
    places = [place for place, word in enumerate(words) if key_terms(word, language)]
    return " ".join(words[places[0] : places[-1] + 1]) if places else ""

"""Interpretation of a message as a follow-up to the last question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from faqbot.retrieval import ENGLISH, Language, normalize

# Longest message, in words, that can be a follow-up. Chosen by hand.
MAX_WORDS_OF_FOLLOW_UP = 15
# Interpretations of one follow-up, each of which is retrieved. Chosen by hand: a bound on the work.
MAX_INTERPRETATIONS = 20
# Longest message, in words, that is a follow-up without a pronoun or a lead word. Chosen by hand.
MAX_WORDS_IMPLICIT_FOLLOW_UP = 3
# ... and if it has at most one key term. Chosen by hand.
MAX_WORDS_SINGLE_TERM_FOLLOW_UP = 5

# Cached classes of words: four classes of each of the seven languages.
_CACHED_CLASSES = 28
# A word with its apostrophes, and with the signs of a name such as "C++".
_WORD = re.compile(r"(?<![\w.])\.net\b|\w+(?:['\u2019]\w+)*(?:\+\+|[+#])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Interpretations of a message that may continue the last question.

    *texts* are complete questions, the most plausible first. *key_terms* are the key terms of the
    message itself. *explicit* is True if a lead word or a pronoun shows the connection ("and ...",
    "... it ..."), or if no key term stands in the message; False if the message is only short.
    *has_pronoun* is True if a pronoun stands for the topic: the first of *texts* then has the topic
    in its place. *is_same* is True if all other words are those of the question before: "what does
    it cost" asks it again.
    """

    texts: tuple[str, ...]
    key_terms: tuple[str, ...]
    explicit: bool
    has_pronoun: bool = False
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """Word of a message, as *typed* and as *folded* for comparison."""

    typed: str
    folded: str


def read_follow_up(text: str, before: str, language: Language = ENGLISH) -> FollowUp | None:
    """Interpret *text* after the question *before*, both in *language*.

    The result is None if it cannot be a follow-up.
    """
    if not language.dialogue.leads:
        return None
    reader = _Reader(language)
    words = reader.words(text)
    rest = reader.without_leads(words)
    pronouns = reader.pronoun_places(rest)
    key_terms = tuple(
        word.folded
        for place, word in enumerate(rest)
        if language.is_key_term(word.folded) and place not in pronouns
    )
    named = any(language.is_key_term(word.folded) for word in rest)
    explicit = bool(pronouns) or len(rest) < len(words) or not named
    short = MAX_WORDS_SINGLE_TERM_FOLLOW_UP if len(key_terms) <= 1 else MAX_WORDS_IMPLICIT_FOLLOW_UP
    if not rest or len(words) > MAX_WORDS_OF_FOLLOW_UP or not (explicit or len(rest) <= short):
        return None
    # A single letter joins words in French: "coûte-t-elle".
    others = {
        word.folded
        for place, word in enumerate(rest)
        if place not in pronouns and len(word.folded) > 1
    }
    if not others and len(rest) == len(words):
        return None  # "both", "that" and "it" ask nothing
    asked = reader.words(before)
    texts = tuple(dict.fromkeys(reader.interpretations(rest, pronouns, asked)))[
        :MAX_INTERPRETATIONS
    ]
    is_same = bool(pronouns and others) and others <= {word.folded for word in asked}
    return FollowUp(texts, key_terms, explicit, bool(pronouns), is_same)


@dataclass(frozen=True)
class _Reader:
    """Rules of one *language* by which a follow-up is read."""

    language: Language

    def words(self, text: str) -> list[_Word]:
        """Return the words of *text*; a contraction is several words."""
        found: list[_Word] = []
        for match in _WORD.finditer(normalize(text)):
            parts = self.language.tokenize(match.group())
            typed = [match.group().lower()] if len(parts) == 1 else parts
            found.extend(map(_Word, typed, parts))
        return found

    def without_leads(self, words: Sequence[_Word]) -> Sequence[_Word]:
        """Return *words* without leading words that join, such as "and" or "how about"."""
        folded = tuple(word.folded for word in words)
        for lead in _folded_phrases(self.language, "leads"):
            if len(words) > len(lead) and folded[: len(lead)] == lead:
                return self.without_leads(words[len(lead) :])
        return words

    def pronoun_places(self, words: Sequence[_Word]) -> frozenset[int]:
        """Return the places of pronouns that stand for the topic.

        An article before a noun and a pronoun that stands for nothing are left out.
        """
        pronouns = {phrase[0] for phrase in _folded_phrases(self.language, "topic_pronouns")}
        articles = {phrase[0] for phrase in _folded_phrases(self.language, "article_pronouns")}
        idle = self._expletive_places(words)
        return frozenset(
            place
            for place, word in enumerate(words)
            if word.folded in pronouns
            and place not in idle
            and not (word.folded in articles and self._is_noun(words[place + 1 : place + 2]))
        )

    def _is_noun(self, following: Sequence[_Word]) -> bool:
        return any(self.language.is_content(word.folded) for word in following)

    def _expletive_places(self, words: Sequence[_Word]) -> set[int]:
        folded = tuple(word.folded for word in words)
        return {
            place
            for phrase in _folded_phrases(self.language, "expletives")
            for start in range(len(words) - len(phrase) + 1)
            if folded[start : start + len(phrase)] == phrase
            for place in range(start, start + len(phrase))
        }

    def interpretations(
        self, rest: Sequence[_Word], pronouns: frozenset[int], before: Sequence[_Word]
    ) -> Iterator[str]:
        """Yield the questions that the words *rest* may mean after the words *before*."""
        topics = [*self._topics(before)]
        for topic in topics if pronouns else ():
            yield " ".join(
                topic if place in pronouns else word.typed for place, word in enumerate(rest)
            )
        content = [
            word
            for place, word in enumerate(rest)
            if place not in pronouns and self.language.is_content(word.folded)
        ]
        content = [word for word in content if not self._is_generic(word)] or content
        if content:
            yield from self._substitutions(content, before)
        for topic in topics:
            yield " ".join((*(word.typed for word in rest), topic))

    def _topics(self, before: Sequence[_Word]) -> Iterator[str]:
        """Yield the topic of *before*, and then its ends, which name broader subjects."""
        places = [place for place, word in enumerate(before) if self._names_topic(word)]
        for first in places:
            yield " ".join(word.typed for word in before[first : places[-1] + 1])

    def _substitutions(self, content: Sequence[_Word], before: Sequence[_Word]) -> Iterator[str]:
        """Yield *before* with *content* instead of two key terms or one, then with *content* added."""
        new, old = [word.typed for word in content], [word.typed for word in before]
        is_term = [self.language.is_key_term(word.folded) for word in before]
        for width in (2, 1):
            for place in range(len(before) - width + 1):
                if all(is_term[place : place + width]):
                    yield " ".join((*old[:place], *new, *old[place + width :]))
        for place, word in enumerate(before):
            if self._names_topic(word):
                yield " ".join((*old[:place], *new, *old[place:]))

    def _names_topic(self, word: _Word) -> bool:
        return self.language.is_key_term(word.folded) and not self._is_generic(word)

    def _is_generic(self, word: _Word) -> bool:
        return (word.folded,) in _folded_phrases(self.language, "generic")


@lru_cache(maxsize=_CACHED_CLASSES)
def _folded_phrases(language: Language, name: str) -> tuple[tuple[str, ...], ...]:
    """Return the folded phrases of the class *name*, longest first."""
    phrases = {
        tuple(language.tokenize(normalize(each))) for each in getattr(language.dialogue, name)
    }
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))

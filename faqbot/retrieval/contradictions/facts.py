"""Facts: a time, a year, a person, a number, a price or a place that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cached_property
from itertools import pairwise

from faqbot.retrieval.languages import Language, has_form, same_base

# Words after "how many" among which the counted noun is looked for. Chosen by hand: "how many days of
# annual leave".
MAX_COUNTED = 4

# Words after "what is" among which the noun of a price is looked for. Chosen by hand: "the monthly fee".
MAX_WORDS_TO_PRICE = 3

# Most words of a question for the price of a thing. Chosen by hand: a longer one tells a story.
MAX_WORDS_OF_PRICE = 9

# A year between 1000 and 2999, as a word.
_YEAR = re.compile(r"[12]\d{3}")
_CURRENCY = re.compile(r"[$\u00a3\u20ac\u00a5\u20b9]\s?\d|\d\s?[$\u00a3\u20ac\u00a5\u20b9%]")


class FactKind(StrEnum):
    """Kind of fact that a question asks for."""

    TIME = auto()
    YEAR = auto()
    DURATION = auto()
    PERSON = auto()
    NUMBER = auto()
    PRICE = auto()
    PLACE = auto()


@dataclass(frozen=True, slots=True)
class Fact:
    """Fact that a question asks for, by its *question* words: "when", "how many", "fees".

    *counted* are the content words after "how many" and "how much".
    """

    kind: FactKind
    question: str
    counted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FactSource:
    """Texts of an entry in which a fact is looked for.

    *phrasings* are the words of each, *words* those of the answer, the id and the keywords. *answer* is
    the answer as it is written.
    """

    language: Language
    phrasings: Sequence[Sequence[str]]
    words: frozenset[str]
    answer: str = ""

    @cached_property
    def facts(self) -> tuple[Fact | None, ...]:
        """Fact that each phrasing asks for, also after other words: "I want to know when".

        The result is None for a phrasing that asks for none.
        """
        return tuple(map(self._asked_anywhere, self.phrasings))

    def _asked_anywhere(self, phrasing: Sequence[str]) -> Fact | None:
        language = self.language
        starts = (place for place, word in enumerate(phrasing) if word in language.question_words)
        parts = (phrasing, *(phrasing[place:] for place in starts if place))
        found = (asked_fact(language, part) for part in parts)
        return next((fact for fact in found if fact is not None), None)

    def asks_kind(self, kind: FactKind) -> bool:
        """Return True if a phrasing asks for a fact of *kind*."""
        return any(each is not None and each.kind is kind for each in self.facts)

    @cached_property
    def _said(self) -> frozenset[str]:
        return self.words.union(*self.phrasings)

    def holds(self, fact: Fact, asked: Sequence[str], is_known: Callable[[str], bool]) -> bool:
        """Return True if the entry may hold *fact*, for which the words *asked* ask.

        It does if a phrasing asks for the same, or names it: "opening hours". Who did a thing is the same only
        if the entry knows the deed. An answer to "when" must tell
        a year, if the question is for one, and the thing in "how old is the pier" must be known. Otherwise its answer must
        tell it, one of its phrasings must be about nothing else, and it must know every key term.
        *is_known* returns True for a word that the entry has.
        """
        if self.prices_other(fact, asked, is_known):
            return False
        if _is_of_thing(self.language, fact, asked) and not self._knows(fact, asked, is_known):
            return False
        if any(each and _is_same(self.language, each, fact) for each in self.facts):
            deed = _deed(self.language, fact, asked)
            return not deed or is_known(deed)
        naming = naming_words(self.language, fact, asked)
        if any(not naming.isdisjoint(phrasing) for phrasing in self.phrasings):
            return fact.kind is not FactKind.DURATION or self._tells(fact, asked, strictly=True)
        asks_time = any(each and each.kind is FactKind.TIME for each in self.facts)
        if asks_time and fact.kind is FactKind.YEAR:
            return self._tells(fact, asked, strictly=True)
        return (
            self._tells(fact, asked, strictly=None not in self.facts)
            and (fact.kind is FactKind.PERSON or self._is_about(asked))
            and self._knows(fact, asked, is_known)
        )

    def prices_other(
        self, fact: Fact, asked: Sequence[str], is_known: Callable[[str], bool]
    ) -> bool:
        """Return True if a short question asks for the price of a thing that the entry is not about.

        A piano is another thing than a piano lesson. What a person has to pay may be said otherwise.
        """
        language = self.language
        if fact.kind is not FactKind.PRICE or len(asked) > MAX_WORDS_OF_PRICE:
            return False
        if not language.actors.isdisjoint(asked):
            return False
        for place in _priced(language, fact, asked):
            word, before = asked[place], asked[place - 1]
            if not is_known(word):
                return True
            if before in language.articles and self._has_as_modifier_only(word):
                return True
        return False

    def _has_as_modifier_only(self, word: str) -> bool:
        """Return True if the phrasings have *word*, and always before another noun."""
        following = [
            phrasing[place + 1 : place + 2]
            for phrasing in self.phrasings
            for place, other in enumerate(phrasing)
            if same_base(self.language, word, other)
        ]
        return bool(following) and all(
            after and _names_thing(self.language, after[0]) for after in following
        )

    def _knows(self, fact: Fact, asked: Sequence[str], is_known: Callable[[str], bool]) -> bool:
        return all(is_known(word) for word in asked if self._must_know(word, fact))

    def _tells(self, fact: Fact, asked: Sequence[str], *, strictly: bool) -> bool:
        """Return True if the entry has a word that tells *fact*, or a number unless *strictly*."""
        language, said = self.language, self._said
        if fact.kind is FactKind.PERSON or not said.isdisjoint(
            telling_words(language, fact, asked)
        ):
            return True
        if fact.kind is FactKind.YEAR:
            return any(map(_YEAR.fullmatch, said))
        if fact.kind is FactKind.PRICE:
            return _CURRENCY.search(self.answer) is not None
        is_counted = fact.kind is FactKind.NUMBER and fact.question not in language.attributes
        if strictly or not (is_counted or fact.kind is FactKind.TIME):
            return False
        return any(_is_number(language, word) for word in said)

    def _is_about(self, asked: Sequence[str]) -> bool:
        """Return True if a phrasing has no key term that the words *asked* lack."""
        is_key_term = self.language.is_key_term
        return any(
            all(has_form(self.language, word, asked) for word in phrasing if is_key_term(word))
            for phrasing in self.phrasings
        )

    def _must_know(self, word: str, fact: Fact) -> bool:
        language = self.language
        if fact.kind is FactKind.PERSON and language.is_content(word):
            return True
        names_kind = fact.kind is not FactKind.TIME and word in telling_words(language, fact, ())
        return language.is_key_term(word) and not names_kind and word not in fact.question.split()


def asked_fact(language: Language, words: Sequence[str]) -> Fact | None:
    """Return the fact that *words* ask for; None for any other question.

    Only the beginning of a question asks for a time, a person or a place: "what happens when I move" and
    "when I move, what happens" ask for no time.
    """
    first, second = "".join(words[:1]), "".join(words[1:2])
    opens_clause = first in language.clause_words and (
        language.is_content(second)
        or second in language.pronouns
        or (second in language.articles and not language.question_words.isdisjoint(words[2:]))
    )
    if first in language.time_questions and not (second and opens_clause):
        return Fact(FactKind.TIME, first)
    if first in language.person_questions:
        return Fact(FactKind.PERSON, first)
    if f"{first}_{second}" in language.place_questions and words[2:3] != ["my"]:
        return Fact(FactKind.PLACE, first)
    if language.fact_starts.isdisjoint(words):
        return None
    starts = language.pair_starts
    places = [place for place, word in enumerate(words) if word in starts]
    found = [fact for place in places if (fact := _pair_fact(language, words, place))]
    lasting = [fact for fact in found if fact.kind is FactKind.DURATION]  # "how much longer"
    return next(iter(lasting + found), None) or _named_price(language, words)


def _named_price(language: Language, words: Sequence[str]) -> Fact | None:
    """Return the price that *words* ask for by its noun or verb: "what fees", "what does it cost".

    "What happens if I miss a fee" asks for no price.
    """
    second = "".join(words[1:2])
    if words[0] not in language.naming_questions:
        return None
    if second not in language.copulas | language.auxiliaries:
        named = {second} & language.price_nouns
    else:
        nouns = (word for word in words[2 : 2 + MAX_WORDS_TO_PRICE] if word in language.price_nouns)
        verbs = (word for word in words[2:] if word in language.price_verbs)
        named = {*nouns, *(verbs if second in language.auxiliaries else ())}
    return Fact(FactKind.PRICE, min(named)) if named else None


def _pair_fact(language: Language, words: Sequence[str], place: int) -> Fact | None:
    """Return the fact that the two words at *place* ask for."""
    pair, following = "_".join(words[place : place + 2]), "".join(words[place + 2 : place + 3])
    question = pair.replace("_", " ")
    if pair in language.duration_questions:
        return Fact(FactKind.DURATION, question)
    if pair in language.year_questions:
        return Fact(FactKind.YEAR, question)
    followers = language.price_followers
    if pair in language.price_questions and (
        not (following and followers) or following in followers
    ):
        return Fact(FactKind.PRICE, question)
    if pair in language.counting_questions:
        counted = filter(language.is_content, words[place + 2 : place + 2 + MAX_COUNTED])
        lasts = following in language.duration_words
        return Fact(FactKind.DURATION if lasts else FactKind.NUMBER, question, frozenset(counted))
    return Fact(FactKind.NUMBER, question) if pair in language.quantity_questions else None


def is_subjectless(language: Language, words: Sequence[str]) -> bool:
    """Return True if *words* open a question and name no subject: "where do I find", "how long is".

    A content word after an article is a subject, however light: "are you a bot".
    """
    if not words or words[0] not in language.question_words | language.auxiliaries:
        return False
    if any(one in language.articles and language.is_content(two) for one, two in pairwise(words)):
        return False
    fact = asked_fact(language, words)
    named = words[2:] if fact is not None and " " in fact.question else words
    return not any(map(language.is_key_term, named))


def telling_words(language: Language, fact: Fact, asked: Sequence[str]) -> frozenset[str]:
    """Return the words that tell *fact*.

    A time or a place of the words *asked* tells nothing new.
    """
    match fact.kind:
        case FactKind.TIME:
            return language.time_words.difference(asked)
        case FactKind.YEAR:
            return language.year_words
        case FactKind.PLACE:
            return language.place_words.difference(asked)
        case FactKind.DURATION:
            return language.duration_words
        case FactKind.PRICE:
            return language.price_words
    return language.attributes.get(fact.question, language.quantity_words)


def naming_words(language: Language, fact: Fact, asked: Sequence[str]) -> frozenset[str]:
    """Return the words in a phrasing that name *fact*: "hours", "price", "address"."""
    if fact.kind is FactKind.PERSON:
        return frozenset()
    if fact.kind is FactKind.PLACE:
        return language.place_nouns
    telling = telling_words(language, fact, asked)
    return telling & language.time_nouns if fact.kind is FactKind.TIME else telling


def _is_same(language: Language, one: Fact, other: Fact) -> bool:
    """Return True if an entry that holds *one* holds *other*, too."""
    if one.counted and other.counted:
        return any(has_form(language, word, other.counted) for word in one.counted)
    if {one.kind, other.kind} == {FactKind.TIME, FactKind.DURATION}:
        return other.kind is FactKind.TIME
    return one.kind is other.kind and (
        one.kind is not FactKind.NUMBER or one.question == other.question
    )


def _priced(language: Language, fact: Fact, asked: Sequence[str]) -> Iterator[int]:
    """Yield the place of each thing in *asked* whose price is asked for: no modifier, and no unit."""
    for place, word in enumerate(asked):
        following = "".join(asked[place + 1 : place + 2])
        if (
            place
            and word.isalpha()
            and word not in fact.question.split()
            and _names_thing(language, word)
            and not _names_thing(language, following)
            and asked[place - 1] not in language.rates
            and not _is_number(language, asked[place - 1])
        ):
            yield place


def _names_thing(language: Language, word: str) -> bool:
    """Return True if *word* may name a thing that has a price: no word for a price, a rate or a time."""
    others = language.price_words | language.price_verbs | language.rates
    others = others | language.time_words | language.duration_words
    return bool(word) and language.is_key_term(word) and word not in others


def _is_of_thing(language: Language, fact: Fact, asked: Sequence[str]) -> bool:
    """Return True if *asked* asks for an attribute of a thing: "how old is the pier", not "are you"."""
    pair = fact.question.split()
    return fact.question in language.attributes and any(
        [*asked[place : place + 2]] == pair
        and asked[place + 2] in language.copulas
        and language.pronouns.isdisjoint(asked[place + 3 : place + 4])
        for place in range(len(asked) - 2)
    )


def _deed(language: Language, fact: Fact, asked: Sequence[str]) -> str:
    """Return the key term right after "who": "founded" in "who founded it"; "" without one."""
    word = "".join(asked[1:2])
    return word if fact.kind is FactKind.PERSON and language.is_key_term(word) else ""


def _is_number(language: Language, word: str) -> bool:
    return word in language.number_words or any(map(str.isdigit, word))

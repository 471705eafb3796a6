"""Checks with the retriever: phrasings that find another entry, and near duplicates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain

from rapidfuzz.distance import OSA

from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.source_map import SourceMap, SourceText, quote
from faqbot.models import Entry, Match
from faqbot.retrieval import (
    Language,
    Retriever,
    Synonyms,
    exact_keys,
    normalize,
    same_base,
    thresholds,
)

# Entries that are searched for a near duplicate of a phrasing; chosen by hand.
_CONSIDERED = 100
# Score, 0 to 1, below which an entry is unrelated to the question; chosen by hand.
_FAR_OFF = 0.1
# Score, 0 to 1, below which an entry is not similar, whatever its confidence; chosen by hand.
_CLOSE = 0.4
# Confidence needed without an encoder, where common words often raise it; chosen by hand.
_SURE_BY_WORDS = 0.95
# Letters of a word that are compared, in place of a stemmer; chosen by hand.
_STEM = 5
# Name in quotes or backticks, or a word with a sign, a digit or an inner capital, as in code.
_NAME = re.compile(
    "(?<!`)`++(?P<code>[^`]+)`+|\"(?P<double>[^\"]+)\"|(?<!\\w)'(?P<single>[^']+)'(?!\\w)"
    "|[\u201c\u201e](?P<curly>[^\u201c-\u201e]+)[\u201c\u201d]|\u2018(?P<inner>[^\u2018\u2019]+)\u2019|\u00ab(?P<angle>[^\u00ab\u00bb]+)\u00bb"
    r"|(?<!\S)(?P<word>--?[a-zA-Z][\w-]*|[@#$./]\w[\w./-]*|\w+(?:[_.:/]\w+)+|\w+\(\)|[a-z]+[A-Z]\w*)"
)


def check_duplicates(source_map: SourceMap) -> Iterator[Finding]:
    """Yield findings on phrasings that two entries share, and on entries with a single one."""
    seen: dict[str, list[SourceText]] = {}
    for entry in source_map.kb.served:
        if len(entry.phrasings) == 1:
            message = f"`{entry.id}` has a single phrasing, so only questions much like it find it."
            yield source_map.phrasing(entry, 0).finding("M105", message)
        for text in source_map.phrasings(entry):
            key = exact_keys(text.text)[-1]
            for other in seen.get(key, ()):
                if other.entry and other.entry is not entry and share_audience(entry, other.entry):
                    where = f"of `{other.entry.id}` ({_where(text, other)}) as well"
                    yield text.finding("M103", f"{quote(text.text)} is a phrasing {where}.")
                    break
            seen.setdefault(key, []).append(text)


def check_matching(
    source_map: SourceMap, retriever: Retriever, progress: Callable[[int], None]
) -> Iterator[Finding]:
    """Yield findings on phrasings that, left out of the index, find another entry.

    *retriever* is opened on its served entries. *progress* is told how many phrasings were asked.
    """
    kb = source_map.kb
    check = _MatchingChecks(source_map, retriever)
    asked = 0
    for number, entry in enumerate(kb.served):
        yield from check.hidden(number, entry)
        for place, text in enumerate(source_map.phrasings(entry)):
            yield from check.left_out(number, place, entry, text)
            asked += 1
            progress(asked)


class _MatchingChecks:
    """Leave-one-out questions to the retriever, and the findings on their results."""

    def __init__(self, source_map: SourceMap, retriever: Retriever) -> None:
        self._source_map = source_map
        self._retriever = retriever
        self._language = source_map.language
        self._synonyms = Synonyms(source_map.kb.synonyms)
        answered = thresholds(source_map.kb.caution).answer
        self._sure = max(answered, _SURE_BY_WORDS) if retriever.encoder_name == "none" else answered
        self._number = {entry.id: n for n, entry in enumerate(source_map.kb.served)}
        self._words = lru_cache(maxsize=100_000)(self._split)
        self._told = set[frozenset[str]]()

    def _split(self, phrasing: str) -> tuple[str, ...]:
        return tuple(self._language.tokenize(self._synonyms.rewrite(normalize(phrasing))[0]))

    def hidden(self, number: int, entry: Entry) -> Iterator[Finding]:
        """Yield a finding if a misspelled question of *entry* finds another entry first."""
        found = self._retriever.retrieve_variant(number, 0, 1).matches
        if not found or found[0].entry is entry or _same(found[0].phrasing, entry.question):
            return
        # A misspelling of the name that tells two entries apart says nothing about them.
        if names_in(found[0].phrasing) == names_in(entry.question):
            question = self._source_map.phrasing(entry, 0)
            message = (
                f"a question much like {quote(entry.question)} finds `{found[0].entry.id}` first."
            )
            yield question.finding("M104", message)

    def left_out(
        self, number: int, place: int, entry: Entry, text: SourceText
    ) -> Iterator[Finding]:
        """Yield a finding if a phrasing, left out, finds another entry or has a near duplicate."""
        found = self._retriever.retrieve_variant(number, place, _CONSIDERED, left_out=True)
        others = [match for match in found.matches if match.entry is not entry]
        twin = next(
            (match for match in others if self._say_the_same(text.text, match.phrasing)), None
        )
        if twin:
            yield from self._near_duplicate(entry, text, twin)
        elif others and len(entry.phrasings) > 1 and found.matches[0] is others[0]:
            own = next((match for match in found.matches if match.entry is entry), None)
            if others[0].confidence >= self._sure and not found.abstention:
                yield self._astray(entry, text, others[0], own)

    def _astray(self, entry: Entry, text: SourceText, other: Match, own: Match | None) -> Finding:
        message = f"without {quote(text.text)}, such a question is answered with `{other.entry.id}`"
        near = f"{quote(other.phrasing)} is its nearest phrasing"
        score = own.score if own else 0.0
        # The question defines its entry, so only an alternate can be in the wrong one.
        misplaced = (
            text.field == "alternates"
            and score < _FAR_OFF
            and other.score >= _CLOSE
            and self._speaks_only_of(text.text, entry, other.entry)
        )
        return text.finding("M101" if misplaced else "M106", f"{message}: {near}.")

    def _speaks_only_of(self, phrasing: str, entry: Entry, other: Entry) -> bool:
        """Return True if *phrasing* has words of *other* that *entry* lacks, and no word of *entry* alone."""
        words = self._stems(phrasing)
        own = self._spoken(entry, phrasing)
        if words & own - self._stems(*other.phrasings):
            return False
        return bool(words & self._spoken(other, "") - own)

    def _spoken(self, entry: Entry, without: str) -> set[str]:
        phrasings = (text for text in entry.phrasings if text != without)
        return self._stems(*phrasings, entry.answer, entry.section, *entry.keywords)

    def _stems(self, *texts: str) -> set[str]:
        words = chain.from_iterable(map(self._words, texts))
        return {word[:_STEM] for word in words if self._language.is_key_term(word)}

    def _near_duplicate(self, entry: Entry, text: SourceText, twin: Match) -> Iterator[Finding]:
        """Yield a finding for a pair once, at the later phrasing."""
        number = twin.entry.phrasings.index(twin.phrasing)
        other = self._source_map.phrasing(twin.entry, number)
        pair = frozenset({f"{entry.id} {text.text}", f"{twin.entry.id} {other.text}"})
        if pair in self._told or _same(text.text, other.text):
            return
        self._told.add(pair)
        later, earlier, first = text, other, twin.entry
        if self._number[twin.entry.id] > self._number[entry.id]:
            later, earlier, first = other, text, entry
        where = f"of `{first.id}` ({_where(later, earlier)})"
        message = f"{quote(later.text)} says the same as {quote(earlier.text)} {where}."
        yield later.finding("M102", message)

    def _say_the_same(self, one: str, other: str) -> bool:
        """Return True if two phrasings have the same words in order, apart from question and stop words.

        Phrasings with different names, in quotes or as code, never say the same.
        """
        if names_in(one) != names_in(other):
            return False
        language = self._language
        mine, theirs = (
            [word for word in self._words(text) if word not in language.framing_words]
            for text in (one, other)
        )
        return (
            len(mine) == len(theirs)
            and any(map(language.is_key_term, mine))
            and all(is_similar(mine[at], theirs[at], language) for at in range(len(mine)))
        )


def names_in(phrasing: str) -> frozenset[str]:
    """Return the words of *phrasing* that stand in quotes or look like code, such as `--all` or `a_b`.

    One letter may tell these names apart: the option `include` is not `includes`.
    """
    return frozenset(
        found[found.lastgroup or 0].strip().casefold() for found in _NAME.finditer(phrasing)
    )


def is_similar(one: str, other: str, language: Language) -> bool:
    """Return True if two words of *language* differ in an ending or a typo only."""
    return same_base(language, one, other) or _misspelled(one, other, language)


@lru_cache(maxsize=4096)
def _misspelled(one: str, other: str, language: Language) -> bool:
    longest = max(len(one), len(other))
    if not (one.isalpha() and other.isalpha()) or longest <= _STEM or one[0] != other[0]:
        return False
    # Without a list of words, two words one letter apart are two words.
    if not language.corrects_spelling or OSA.distance(one, other) != 1:
        return False
    return not (language.is_known(one) and language.is_known(other))


def share_audience(one: Entry, other: Entry) -> bool:
    """Return True if one person may see both entries."""
    return not (one.audience and other.audience) or bool(one.audience & other.audience)


def _same(one: str, other: str) -> bool:
    return exact_keys(one)[-1] == exact_keys(other)[-1]


def _where(text: SourceText, other: SourceText) -> str:
    """Return the location of *other*, without the path if *text* is in the same file."""
    if text.path == other.path:
        return f"line {other.place.line}"
    return f"{other.path}:{other.place.line}"

"""Checks with the matcher that answers: which entry a phrasing finds, and which ones look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

from faqbot.authoring.checks.findings import Finding
from faqbot.authoring.checks.source_map import SourceMap, SourceText, quote
from faqbot.models import Entry, Match
from faqbot.retrieval import (
    ENGLISH,
    Retriever,
    Synonyms,
    exact_keys,
    is_key_term,
    normalize,
    same_base,
    thresholds,
    tokenize,
)

__all__ = ["check_duplicates", "check_matching"]

_CONSIDERED = 100
_NEAREST = 10
"""So many entries are looked through for a phrasing that says the same."""

_FAR_OFF = 0.1
"""An entry whose score is lower has next to nothing to do with the question."""

_CLOSE = 0.4
"""An entry whose score is lower is only the best of a poor lot, however sure a small base makes of it."""

_SURE_BY_WORDS = 0.95
"""Where nothing compares meanings, a lower confidence is often owed to words that say little."""

_STEM = 5


def check_duplicates(source_map: SourceMap) -> Iterator[Finding]:
    """Yield the phrasings that two entries share, and the entries that have just one."""
    seen: dict[str, list[SourceText]] = {}
    for entry in source_map.kb.served:
        if len(entry.phrasings) == 1:
            message = f"`{entry.id}` has a single phrasing, so only questions much like it find it."
            yield source_map.phrasing(entry, 0).finding("M105", message)
        for text in source_map.phrasings(entry):
            key = exact_keys(text.text)[-1]
            for other in seen.get(key, ()):
                if other.entry and other.entry is not entry and _meet(entry, other.entry):
                    where = f"of `{other.entry.id}` ({_where(text, other)}) as well"
                    yield text.finding("M103", f"{quote(text.text)} is a phrasing {where}.")
                    break
            seen.setdefault(key, []).append(text)


def check_matching(
    source_map: SourceMap, retriever: Retriever, progress: Callable[[int], None]
) -> Iterator[Finding]:
    """Yield what comes of asking each phrasing of *source_map* as if it were not stored.

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
    """Asks phrasings, and judges what they find."""

    def __init__(self, source_map: SourceMap, retriever: Retriever) -> None:
        self._source_map = source_map
        self._retriever = retriever
        self._synonyms = Synonyms(source_map.kb.synonyms)
        answered = thresholds(source_map.kb.caution).answer
        self._sure = max(answered, _SURE_BY_WORDS) if retriever.encoder_name == "none" else answered
        self._number = {entry.id: n for n, entry in enumerate(source_map.kb.served)}
        self._words = lru_cache(maxsize=100_000)(self._split)
        self._told = set[frozenset[str]]()

    def _split(self, phrasing: str) -> tuple[str, ...]:
        return tuple(tokenize(self._synonyms.rewrite(normalize(phrasing))[0]))

    def hidden(self, number: int, entry: Entry) -> Iterator[Finding]:
        """Report an entry that is not found first by what is nearly its question."""
        found = self._retriever.retrieve_variant(number, 0, 1).matches
        if found and found[0].entry is not entry and not _same(found[0].phrasing, entry.question):
            question = self._source_map.phrasing(entry, 0)
            message = (
                f"a question much like {quote(entry.question)} finds `{found[0].entry.id}` first."
            )
            yield question.finding("M104", message)

    def left_out(
        self, number: int, place: int, entry: Entry, text: SourceText
    ) -> Iterator[Finding]:
        """Report a phrasing that finds another entry, or one of another entry that says the same."""
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
        # A question says what its entry is about, and cannot be in the wrong one.
        misplaced = (
            text.field == "alternates"
            and score < _FAR_OFF
            and other.score >= _CLOSE
            and self._speaks_only_of(text.text, entry, other.entry)
        )
        return text.finding("M101" if misplaced else "M106", f"{message}: {near}.")

    def _speaks_only_of(self, phrasing: str, entry: Entry, other: Entry) -> bool:
        """Tell whether *phrasing* has words that only *other* speaks of, and none that only *entry* does."""
        words = self._stems(phrasing)
        own = self._spoken(entry, phrasing)
        if words & own - self._stems(*other.phrasings):
            return False
        return bool(words & self._spoken(other, "") - own)

    def _spoken(self, entry: Entry, without: str) -> set[str]:
        phrasings = (text for text in entry.phrasings if text != without)
        return self._stems(*phrasings, entry.answer, entry.section, *entry.keywords)

    def _stems(self, *texts: str) -> set[str]:
        return {word[:_STEM] for text in texts for word in self._words(text) if is_key_term(word)}

    def _near_duplicate(self, entry: Entry, text: SourceText, twin: Match) -> Iterator[Finding]:
        """Report a pair once, at the phrasing that stands further down."""
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
        """Tell whether two phrasings have the same words in the same order, but for "the" and the like."""
        mine, theirs = (
            [word for word in self._words(text) if word not in ENGLISH.framing_words]
            for text in (one, other)
        )
        return (
            len(mine) == len(theirs)
            and any(map(is_key_term, mine))
            and all(map(_nearly, mine, theirs))
        )


def _nearly(one: str, other: str) -> bool:
    """Tell whether two words are the same but for an ending or a slip of the finger."""
    return same_base(ENGLISH, one, other) or _misspelled(one, other)


@lru_cache(maxsize=4096)
def _misspelled(one: str, other: str) -> bool:
    longest = max(len(one), len(other))
    if not (one.isalpha() and other.isalpha()) or longest <= _STEM or one[0] != other[0]:
        return False
    return OSA.distance(one, other) == 1 and not (_is_known(one) and _is_known(other))


def _is_known(word: str) -> bool:
    return ENGLISH.is_known(word)


def _meet(one: Entry, other: Entry) -> bool:
    """Tell whether one person may see both entries by a label they share, or without any."""
    return not (one.audience and other.audience) or bool(one.audience & other.audience)


def _same(one: str, other: str) -> bool:
    return exact_keys(one)[-1] == exact_keys(other)[-1]


def _where(text: SourceText, other: SourceText) -> str:
    """Return where *other* stands, as is said beside *text*."""
    if text.path == other.path:
        return f"line {other.place.line}"
    return f"{other.path}:{other.place.line}"

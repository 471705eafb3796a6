"""From what a person typed to the words that are matched: folding, splitting, exact keys, synonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

__all__ = ["MAX_CHARS", "Synonyms", "exact_keys", "fold_case", "loose_key", "normalize", "tokenize"]

MAX_CHARS = 2000
"""Longer questions are cut here, so that no question costs more than a long paragraph does."""

_MAX_WORDS = 120
_MAX_TYPED = 50 * MAX_CHARS  # with all its blanks
_LATEST = 32
"""So many texts are remembered as they were tidied and split: all who look at a question do both."""

_END_MARKS = ".?!\u2026\u00bf\u00a1\u3002"
_APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u0060": "'", "\u00b4": "'"}
)
_COMBINING = re.compile("[\u0300-\u036f]")
# Scripts written without spaces: every character is a word, and pairs of words keep their order.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+(?:'(?:(?![{_UNSPACED}])[^\W_])+)*")
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
"""The same for folded text in ASCII, where it is found sooner."""

_NOT_ALNUM = re.compile(r"[\W_]+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_NEGATED = (
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "could",
    "should",
    "would",
)
_WRITTEN_OUT = {
    **{f"{verb}{ending}": (verb, "not") for verb in _NEGATED for ending in ("n't", "nt")},
    **dict.fromkeys(("can't", "cant", "cannot"), ("can", "not")),
    **dict.fromkeys(("won't", "wont"), ("will", "not")),
    **dict.fromkeys(("i'm", "im"), ("i", "am")),
    **{
        f"{who}{mark}s": (who, "is")
        for who in ("what", "who", "where", "how", "that", "there")
        for mark in ("'", "")
    },
    **{f"{who}'s": (who, "is") for who in ("it", "he", "she", "when", "why")},
}
_ENDINGS = {"re": "are", "ve": "have", "ll": "will", "d": "would", "s": ""}


def normalize(text: str) -> str:
    """Return *text* in NFKC, cut to MAX_CHARS: nothing invisible but single spaces, U.S. as US."""
    return _tidied(text[:_MAX_TYPED])


@lru_cache(maxsize=_LATEST)
def _tidied(text: str) -> str:
    kept = _single_spaced(text)[:MAX_CHARS]
    if kept.isascii() and kept.isprintable():
        spaced = kept.rstrip().replace("`", "'")
    else:
        spaced = _normal("".join(map(_visible, kept)))
    if spaced.count(".") < 2:  # noqa: PLR2004 - one is a full stop
        return spaced
    return _DOTTED.sub(lambda found: found.group().replace(".", ""), spaced)


def _normal(visible: str) -> str:
    # Twice: NFKC makes a space of one apostrophe, and an apostrophe of other characters.
    normal = unicodedata.normalize("NFKC", visible.translate(_APOSTROPHES)).translate(_APOSTROPHES)
    return _single_spaced(normal)[:MAX_CHARS]


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _visible(char: str) -> str:
    """Return *char*, or what stands for it: a soft hyphen joins, a control character parts."""
    match unicodedata.category(char):
        case "Cf" if char != "\u200b":
            return ""
        case "Cc" | "Cf" | "Cs" | "Co" | "Cn":
            return " "
        case _:
            return char


def fold_case(text: str) -> str:
    """Return *text* (tidied) in lower case and without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", _caseless(text))
    return unicodedata.normalize("NFKC", _COMBINING.sub("", decomposed)).casefold()


def _caseless(text: str) -> str:
    """Return *text* in lower case; by way of capitals, for a dotless i has no dotless capital."""
    return text.upper().casefold()


def tokenize(text: str) -> list[str]:
    """Return the words of *text* (tidied), folded, with contractions written out, 120 at most."""
    return [*_split(text)]


@lru_cache(maxsize=_LATEST)
def _split(text: str) -> tuple[str, ...]:
    folded = fold_case(text)
    found = _typed_words(folded)[:_MAX_WORDS]
    if "'" not in folded and _WRITTEN_OUT.keys().isdisjoint(found):
        return tuple(found)
    return tuple([word for typed in found for word in _write_out(typed)][:_MAX_WORDS])


def _typed_words(folded: str) -> list[str]:
    if not folded.isascii():
        return _WORD.findall(folded)
    bare = folded.strip(_END_MARKS)  # most questions have no other marks
    return bare.split() if bare.replace(" ", "").isalnum() else _PLAIN_WORD.findall(folded)


def _write_out(typed: str) -> tuple[str, ...]:
    if typed in _WRITTEN_OUT:
        return _WRITTEN_OUT[typed]
    stem, apostrophe, ending = typed.rpartition("'")
    if apostrophe and ending in _ENDINGS:
        return tuple(word for word in (stem.replace("'", ""), _ENDINGS[ending]) if word)
    return (typed.replace("'", ""),)


def exact_keys(text: str) -> tuple[str, str, str, str]:
    """Return four keys, strictest first; equal last keys mean the same phrasing, however it is typed.

    The last is the `loose_key`, by which a stored phrasing is recognised. The others tell apart stored
    phrasings that share it: the third keeps accents and all punctuation but a sentence's own ("C" is
    not "C++"), the second that and spaces, the first case.
    """
    typed = normalize(text)
    caseless = _caseless(typed)
    return typed, caseless, _bare(caseless), loose_key(text)


def loose_key(text: str) -> str:
    """Return *text* without case, accents, spacing, punctuation or width, unless that leaves nothing."""
    typed = normalize(text)
    loose = _bare(fold_case(typed))
    if loose.isascii() and loose.isalnum():  # as most questions are typed
        return loose
    loose = unicodedata.normalize("NFC", _NOT_ALNUM.sub("", loose))
    return loose or _bare(_caseless(typed))


def _bare(text: str) -> str:
    """Return *text* without spaces, and without a sentence's marks around it unless it has nothing else."""
    joined = text.replace(" ", "")
    return joined.strip(_END_MARKS) or joined


class Synonyms:
    """Groups of terms that mean the same: each is read as the longest term of its group.

    A term in capitals ("UN", "WHO") stands only for itself in capitals, any other in every case.
    """

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        """Take *groups* of two terms or more; a term in several groups belongs to the first."""
        self._full: dict[str, str] = {}
        for group in groups:
            terms = [tidied for term in group if (tidied := normalize(term))]
            longest = max(terms, key=lambda term: (len(term), term), default="")
            for term in terms:
                self._full.setdefault(_term_key(term), longest)
        self._pattern = _pattern(self._full)

    def rewrite(self, text: str) -> tuple[str, list[tuple[str, str]]]:
        """Return *text* (tidied) with each term written in full, and the pairs (typed, read as)."""
        used: list[tuple[str, str]] = []
        if self._pattern is None:
            return text, used

        def replace(found: re.Match[str]) -> str:
            typed = found.group()
            full = self._full.get(_term_key(typed)) or self._full.get(typed.casefold()) or typed
            if full.casefold() != typed.casefold():
                used.append((typed, full))
            return full

        return self._pattern.sub(replace, text), used


def _is_acronym(term: str) -> bool:
    return term.isupper()


def _term_key(term: str) -> str:
    return term if _is_acronym(term) else term.casefold()


def _pattern(full: dict[str, str]) -> re.Pattern[str] | None:
    if not full:
        return None
    longest_first = sorted(full, key=lambda term: (-len(term), term))
    forms = [
        re.escape(term) if _is_acronym(term) else f"(?i:{re.escape(term)})"
        for term in longest_first
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")

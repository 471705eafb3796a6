"""From what a person typed to the words that are matched: folding, splitting, exact keys, synonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

__all__ = ["MAX_CHARS", "Synonyms", "exact_keys", "fold", "split_words", "tidy"]

MAX_CHARS = 2000
"""Longer questions are cut here, so that no question costs more than a long paragraph does."""

_MAX_WORDS = 120
_APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u0060": "'", "\u00b4": "'"}
)
_COMBINING = re.compile("[\u0300-\u036f]")
# Scripts written without spaces: every character is a word, and pairs of words keep their order.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+(?:'(?:(?![{_UNSPACED}])[^\W_])+)*")
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


def tidy(text: str) -> str:
    """Return *text* in NFKC, cut to MAX_CHARS: no control characters or lone surrogates, U.S. as US."""
    kept = "".join(char if _printable(char) else " " for char in text[:MAX_CHARS])
    normal = unicodedata.normalize("NFKC", kept)[:MAX_CHARS].translate(_APOSTROPHES)
    return _DOTTED.sub(lambda found: found.group().replace(".", ""), normal)


@lru_cache(maxsize=4096)
def _printable(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def fold(text: str) -> str:
    """Return *text* (tidied) in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFKC", _COMBINING.sub("", decomposed)).casefold()


def split_words(text: str) -> list[str]:
    """Return the words of *text* (tidied), folded, with contractions written out, 120 at most."""
    found = _WORD.findall(fold(text))[:_MAX_WORDS]
    return [word for typed in found for word in _write_out(typed)]


def _write_out(typed: str) -> tuple[str, ...]:
    if typed in _WRITTEN_OUT:
        return _WRITTEN_OUT[typed]
    stem, apostrophe, ending = typed.rpartition("'")
    if apostrophe and ending in _ENDINGS:
        return tuple(word for word in (stem.replace("'", ""), _ENDINGS[ending]) if word)
    return (typed.replace("'", ""),)


def exact_keys(text: str) -> tuple[str, str]:
    """Return a strict and a loose key: equal keys mean the same phrasing, however it is typed.

    The loose key has no case, accents, spacing, punctuation or width. It is what a stored phrasing
    is recognised by. The strict key keeps punctuation, and tells "C" from "C++" when both are stored.
    """
    tidied = tidy(text)
    strict = " ".join(tidied.casefold().split())
    loose = "".join(char for char in fold(tidied) if char.isalnum())
    return strict, loose or "".join(strict.split())


class Synonyms:
    """Groups of terms that mean the same: each is read as the longest term of its group.

    A term in capitals ("UN", "WHO") stands only for itself in capitals, any other in every case.
    """

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        """Take *groups* of two terms or more; a term in several groups belongs to the first."""
        self._full: dict[str, str] = {}
        for group in groups:
            terms = [tidy(term).strip() for term in group]
            longest = max(terms, key=lambda term: (len(term), term))
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

"""Text processing: Unicode normalization, tokenization, exact-match keys and synonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

# Longest question, in characters; the rest is cut. Chosen by hand: a long paragraph.
MAX_CHARS = 2000
# Longest question, in words; the rest is cut. Chosen by hand.
MAX_WORDS = 120
# Characters of a message that are read before its blanks are joined. Chosen by hand.
_MAX_TYPED = 50 * MAX_CHARS
# Texts whose normal form and words are cached. Chosen by hand: one question is read by several parts.
_CACHED_TEXTS = 32

_END_MARKS = ".?!\u2026\u00bf\u00a1\u3002"
_APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u0060": "'", "\u00b4": "'"}
)
_COMBINING = re.compile("[\u0300-\u036f]")
# Scripts written without spaces (Thai, Japanese, Chinese): each character is a word, and bigrams keep
# their order.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Signs that belong to the word before them, as in "C++", "F#" and "Disney+".
_SIGN = r"(?:(?<=[^\W\d_])(?:\+\+|[+#])(?![\w+#]))"
# The name with a dot before it that is another word without the dot.
_DOTTED_NAME = ".net"
_WORD = re.compile(
    rf"(?<![\w.])\{_DOTTED_NAME}(?!\w)|[{_UNSPACED}]|"
    rf"(?:(?![{_UNSPACED}])[^\W_])+(?:'(?:(?![{_UNSPACED}])[^\W_])+)*{_SIGN}?"
)
# The same for case-folded ASCII, which is faster.
_ASCII_WORD = re.compile(rf"(?<![\w.])\{_DOTTED_NAME}(?!\w)|[a-z0-9]+(?:'[a-z0-9]+)*{_SIGN}?")

# The hyphen after a single letter that begins a word: "e-mail", "t-shirt", "w-2". French "a-t-elle" does
# not have that hyphen.
_LETTER_HYPHEN = re.compile(r"(?<![\w'-])([^\W\d_])-(?=(?:[^\W\d_]{3,}|\d{1,3})(?![\w-]))")

# Characters that are no part of a word, in a text without spaces.
_NOT_ALNUM = re.compile(r"((?<=[^\W\d_])(?:\+\+?|#(?!\d)))|[\W_]+")
_ASCII_PUNCTUATION = str.maketrans(
    dict.fromkeys(char for char in map(chr, range(128)) if not char.isalnum())
)
# Signs that stand for no word, although their compatible form has letters: "\u2116" is no "no".
_WORDLESS_SIGNS = str.maketrans(dict.fromkeys("\u2116\u2122\u2120\u2121\u213b\u33c2\u33d8", " "))
# Letters, digits and low lines.
_RUN = re.compile(r"\w+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")


@dataclass(frozen=True, eq=False)
class Contractions:
    """Contractions and spelling variants of a language, and the words that each stands for.

    *whole* maps a contraction or a variant to its words: "don't" to ("do", "not"). *endings* maps
    the letters after the last apostrophe of any other word to a word, or to "" if they are dropped:
    "ve" to "have". *starts* maps the letters before the first apostrophe to a word: "qu" to "que".
    *nouns* maps a function word that is a noun, too, to its plural, which stands for the noun after
    one of *determiners*: "will" to "wills".
    """

    whole: Mapping[str, tuple[str, ...]]
    endings: Mapping[str, str] = field(default_factory=dict)
    starts: Mapping[str, str] = field(default_factory=dict)
    nouns: Mapping[str, str] = field(default_factory=dict)
    determiners: frozenset[str] = frozenset()

    def mark_nouns(self, words: Sequence[str]) -> list[str]:
        """Return *words* with each of `nouns` after a determiner replaced by its plural."""
        pairs = zip(["", *words], words, strict=False)
        nouns, before = self.nouns, self.determiners
        return [nouns.get(word, word) if first in before else word for first, word in pairs]

    def expand(self, word: str) -> tuple[str, ...]:
        """Return the words that *word* stands for, without apostrophes."""
        if word in self.whole:
            return self.whole[word]
        elided, apostrophe, rest = word.partition("'")
        if apostrophe and elided in self.starts:
            return (self.starts[elided], *self.expand(rest))
        stem, apostrophe, ending = word.rpartition("'")
        if apostrophe and ending in self.endings:
            parts = (*self.whole.get(stem, (stem.replace("'", ""),)), self.endings[ending])
            return tuple(part for part in parts if part)
        return (word.replace("'", ""),)


def normalize(text: str) -> str:
    """Return *text* in NFKC with single spaces, cut to MAX_CHARS.

    Invisible characters are removed, and dotted acronyms lose their dots: "U.S." is "US".
    """
    return _normalized(text[:_MAX_TYPED])


@lru_cache(maxsize=_CACHED_TEXTS)
def _normalized(text: str) -> str:
    kept = _single_spaced(text)[:MAX_CHARS]
    if kept.isascii() and kept.isprintable():
        spaced = kept.rstrip().replace("`", "'")
    else:
        spaced = _normal("".join(map(_visible, kept)))
    if spaced.count(".") < 2:  # noqa: PLR2004 - one is a full stop
        return spaced
    return _DOTTED.sub(lambda found: found.group().replace(".", ""), spaced)


def _normal(visible: str) -> str:
    # Before and after NFKC, which turns one apostrophe into a space, and other characters into one.
    typed = visible.translate(_APOSTROPHES).translate(_WORDLESS_SIGNS)
    normal = unicodedata.normalize("NFKC", typed).translate(_APOSTROPHES)
    return _single_spaced(normal)[:MAX_CHARS]


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _visible(char: str) -> str:
    """Return *char*, or its replacement: "" for a joiner, a space for a control character."""
    match unicodedata.category(char):
        case "Cf" if char != "\u200b":
            return ""
        case "Cc" | "Cf" | "Cs" | "Co" | "Cn":
            return " "
        case _:
            return char


def fold_case(text: str) -> str:
    """Return normalized *text* in lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", _caseless(text))
    return unicodedata.normalize("NFKC", _COMBINING.sub("", decomposed)).casefold()


def _caseless(text: str) -> str:
    """Return *text* in lower case, through upper case, where a dotless i equals i."""
    return text.upper().casefold()


def tokenize(text: str, contractions: Contractions) -> list[str]:
    """Return the words of normalized *text*, case-folded, with *contractions* written out, at most 120.

    A single letter and the word after its hyphen or number after its hyphen are one word: "e-mail" is "email".
    """
    return [*_tokenized(text, contractions)]


@lru_cache(maxsize=_CACHED_TEXTS)
def _tokenized(text: str, contractions: Contractions) -> tuple[str, ...]:
    folded = fold_case(text)
    if "-" in folded:
        folded = _LETTER_HYPHEN.sub(r"\1", folded)
    found = _typed_words(folded)[:MAX_WORDS]
    if not contractions.nouns.keys().isdisjoint(found):
        found = contractions.mark_nouns(found)
    if "'" not in folded and contractions.whole.keys().isdisjoint(found):
        return tuple(found)
    return tuple([word for typed in found for word in contractions.expand(typed)][:MAX_WORDS])


def _typed_words(folded: str) -> list[str]:
    if not folded.isascii():
        return _WORD.findall(folded)
    bare = folded.rstrip(_END_MARKS)  # most questions have no other marks
    return bare.split() if bare.replace(" ", "").isalnum() else _ASCII_WORD.findall(folded)


def exact_keys(text: str) -> tuple[str, str, str, str]:
    """Return four keys of *text*, strictest first, for exact matches.

    The last is the `loose_key`, which finds a stored phrasing. The others separate phrasings that share
    it. The third key keeps accents and inner punctuation. The second also keeps
    spaces and end marks, and the first also keeps case.
    """
    typed = normalize(text)
    caseless = _caseless(typed)
    return typed, caseless, _bare(caseless), loose_key(text)


def loose_key(text: str) -> str:
    """Return *text* without case, accents, spaces, punctuation and width.

    Signs of a name stay: "C++" is not "C". A text of punctuation only keeps it.
    """
    return _loose(normalize(text))


@lru_cache(maxsize=_CACHED_TEXTS)
def _loose(typed: str) -> str:
    """Return the loose key of the normalized text *typed*."""
    loose = _bare(fold_case(typed))
    if loose.isascii() and "+" not in loose and "#" not in loose:  # as most questions are typed
        return loose.translate(_ASCII_PUNCTUATION) or _bare(_caseless(typed))
    loose = unicodedata.normalize("NFC", _NOT_ALNUM.sub(r"\1", loose))
    return loose or _bare(_caseless(typed))


def _bare(text: str) -> str:
    """Return *text* without spaces and, unless nothing is left, without end marks."""
    joined = text.replace(" ", "")
    return joined.strip(_END_MARKS) or joined


class Synonyms:
    """Groups of synonyms, each replaced by its longest term.

    A term matches in every case. A term in capitals that is a word in small letters, such as "WHO",
    matches in capitals only.
    """

    def __init__(
        self, groups: Iterable[Sequence[str]], is_word: Callable[[str], bool] | None = None
    ) -> None:
        """Index *groups* of at least two terms.

        A term of several groups belongs to the first.
        *is_word* returns True for a word of the language in small letters. Without it, every term in
        capitals matches in capitals only.
        """
        self._is_word = is_word or (lambda _: True)
        self._full: dict[str, str] = {}
        for group in groups:
            terms = [normal for term in group if (normal := normalize(term))]
            longest = max(terms, key=lambda term: (len(term), term), default="")
            for term in terms:
                self._full.setdefault(self._key(term), longest)
        self._pattern = _pattern(self._full)
        starts = [_RUN.match(term) for term in self._full]
        self._starts = frozenset(start[0].lower() for start in starts if start)
        self._is_searched = not all(starts)

    def rewrite(self, text: str) -> tuple[str, list[tuple[str, str]]]:
        """Return normalized *text* with its synonyms replaced, and the pairs (typed, replacement)."""
        used: list[tuple[str, str]] = []
        if self._pattern is None or not (self._is_searched or self._may_have_term(text)):
            return text, used

        def replace(found: re.Match[str]) -> str:
            typed = found.group()
            full = self._full.get(typed) or self._full.get(typed.casefold()) or typed
            if full.casefold() != typed.casefold():
                used.append((typed, full))
            return full

        return self._pattern.sub(replace, text), used

    def _may_have_term(self, text: str) -> bool:
        """Return True unless no word of *text* starts a term, which is faster to see than by a search."""
        if not text.isascii():
            return True
        bare = text.lower().rstrip(_END_MARKS)
        is_plain = bare.replace(" ", "").isalnum()
        return not self._starts.isdisjoint(bare.split() if is_plain else _RUN.findall(bare))

    def _key(self, term: str) -> str:
        """Return *term* as it is looked up: in small letters unless it matches in capitals only."""
        folded = term.casefold()
        return term if term.isupper() and self._is_word(folded) else folded


def _pattern(full: dict[str, str]) -> re.Pattern[str] | None:
    if not full:
        return None
    longest_first = sorted(full, key=lambda term: (-len(term), term))
    forms = [
        re.escape(term) if term != term.casefold() else f"(?i:{re.escape(term)})"
        for term in longest_first
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")

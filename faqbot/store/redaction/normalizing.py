"""Normalization of a text, with offsets of the original characters.

Disguises are undone: full-width characters, soft hyphens, zero-width characters, digits of other
scripts, ``%40`` for ``@``. Only the copy that is searched changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from faqbot.store.redaction.spans import MASK, Span, merge

_AT_SIGN = re.compile(r"%40|&#0{0,3}64;|&#x0{0,3}40;|&commat;|\\u0040|\\@", re.IGNORECASE)
_DOT = re.compile(r"&#0{0,3}46;|&#x0{0,3}2e;|&period;", re.IGNORECASE)
_ENCODED = re.compile(f"(?P<at>{_AT_SIGN.pattern})|{_DOT.pattern}", re.IGNORECASE)
# A character with the combining marks behind it; NFKC composes them only together.
_CLUSTER = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", re.DOTALL)
_REPLACED = {
    **dict.fromkeys(
        "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"
    ),  # hyphens, dashes, minus signs
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'"),  # single quotes, primes, accents
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),  # double quotes
    **dict.fromkeys("\u3002\uff61\u2024", "."),  # full stops of other scripts
    **dict.fromkeys("\u034f\u115f\u1160\u3164\uffa0", ""),  # shown as nothing
    MASK: "\ufffd",
}


@dataclass(frozen=True, slots=True)
class View:
    """A normalized copy of a text.

    *starts* and *ends* hold, for each character of *text*, the bounds of the original characters
    that it stands for. Both are None if *text* is the original.
    """

    original: str
    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def replace(self, spans: Iterable[Span]) -> str:
        """Return the original text with *spans* replaced by their marks."""
        parts, end = [], 0
        for span in merge(map(self._in_original, spans)):
            parts += [self.original[end : span.start], span.mark]
            end = span.end
        return "".join([*parts, self.original[end:]])

    def _in_original(self, span: Span) -> Span:
        if self.starts is None or self.ends is None:
            return span
        return Span(self.starts[span.start], self.ends[span.end - 1], span.mark)


def normalize(text: str) -> View:
    """Return the view of *text* in which private data is searched."""
    if text.isascii() and not _ENCODED.search(text) and "`" not in text:
        return View(text, text)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, shown in _pieces(text):
        characters.append(shown)
        starts += [start] * len(shown)
        ends += [end] * len(shown)
    return View(text, "".join(characters), starts, ends)


def _pieces(text: str) -> Iterable[tuple[int, int, str]]:
    """Yield the bounds and normalized form of each cluster in *text*."""
    place = 0
    for escape in _ENCODED.finditer(text):
        yield from _clusters(text, place, escape.start())
        yield (*escape.span(), "@" if escape["at"] else ".")
        place = escape.end()
    yield from _clusters(text, place, len(text))


def _clusters(text: str, start: int, end: int) -> Iterable[tuple[int, int, str]]:
    for found in _CLUSTER.finditer(text, start, end):
        yield (*found.span(), _normal_form(found[0]))


def _normal_form(cluster: str) -> str:
    if cluster in _REPLACED:
        return _REPLACED[cluster]
    if cluster.isascii():
        return cluster
    composed = unicodedata.normalize("NFKC", cluster)
    return "".join(map(_normal_character, composed))


def _normal_character(character: str) -> str:
    if character in _REPLACED:
        return _REPLACED[character]
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphen, zero-width characters, direction marks
        return ""
    if category == "Zs":
        return " "
    return str(unicodedata.decimal(character)) if category == "Nd" else character

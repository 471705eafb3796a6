"""Spans of private data, each with the mark that replaces it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

# Replaces each redacted character while the other finders run. Not a letter, digit or space.
MASK = "\ue000"


class Span(NamedTuple):
    """Part of a text, *start* to *end* (exclusive), replaced by *mark*."""

    start: int
    end: int
    mark: str


Finder = Callable[[str], Iterable[Span]]


def spans_of(pattern: re.Pattern[str], text: str, mark: str, group: int = 0) -> Iterator[Span]:
    """Yield a span for *group* of each match of *pattern*."""
    for found in pattern.finditer(text):
        if found[group]:
            yield Span(*found.span(group), mark)


def mask(text: str, spans: Iterable[Span]) -> str:
    """Return *text* with `MASK` for each character in *spans*."""
    parts, end = [], 0
    for span in merge(spans):
        parts += [text[end : span.start], MASK * (span.end - span.start)]
        end = span.end
    return "".join([*parts, text[end:]])


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return *spans* sorted, with overlaps merged.

    The mark of the longest span is kept.
    """
    merged: list[Span] = []
    longest = 0
    for span in sorted(spans):
        length = span.end - span.start
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            mark = span.mark if length > longest else last.mark
            merged[-1] = Span(last.start, max(last.end, span.end), mark)
            longest = max(longest, length)
        else:
            merged.append(span)
            longest = length
    return merged

"""Running heads, page numbers and tables of contents in the lines of a PDF.

A line is a running head only if it repeats from page to page, page numbers aside. Removed lines are
returned beside the pages, for the summary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from faqbot.ingest.converters.pdf.pdf_layout import PdfLine
from faqbot.ingest.question_forms import ends_as_question

_NUMBER = re.compile(
    r"(?P<page>(?:page|seite)\s*+)?[-\u2013]?\s*+(?P<number>\d{1,4}|[ivxlc]{1,7})\s*+[-\u2013]?"
    r"(?P<total>\s*+(?:/|of|von)\s*+\d{1,4})?",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LEADER = re.compile(r"(?:\.\s?){4}\s*+(?:\d{1,4}|[ivxlc]{1,7})?$|(?:…\s?){2}\s*+\d{0,4}$")
_LEADER_WITH_PAGE = re.compile(r"(?:\d|\s[ivxlc]{1,7})$")
_CONTENTS = re.compile(
    r"(?:table of )?contents|inhaltsverzeichnis|inhalt|sommaire|índice", re.IGNORECASE
)
_PAGE = re.compile(r"^\d{1,4}|\d{1,4}$|(?<=page )\d{1,4}")
# Pages with the same line that make it a running head; fewer may be chance. Chosen by hand.
_FEW_PAGES = 3
# Size of a heading relative to the text's; chosen by hand.
_LARGER = 1.08
# Distance of an edge line from the text, in font sizes; chosen by hand.
_APART = 2.0
# Difference in height, in points, of lines at the same position of their pages. Chosen by hand.
_SAME_HEIGHT = 3.0
# Lines of a table of contents; chosen by hand.
_ENTRIES = 4


@dataclass(frozen=True, slots=True)
class WithoutRunningHeads:
    """Pages without running heads, and the lines *taken* from them, in page order."""

    pages: list[list[PdfLine]]
    taken: list[PdfLine]


@dataclass(frozen=True, slots=True)
class _Edge:
    """First or last line of a page; *page* counts from 1."""

    line: PdfLine
    page: int
    apart: bool
    bolder: bool


def without_running_heads(pages: Sequence[Sequence[PdfLine]]) -> WithoutRunningHeads:
    """Separate the text of *pages* from running heads, numbers and contents."""
    kept = [list(page) for page in pages]
    for _ in range(2):
        kept = _without_edge(kept, highest=True)
        kept = _without_edge(kept, highest=False)
    kept = [list(_without_contents(page)) for page in kept]
    stays = {id(line) for page in kept for line in page}
    return WithoutRunningHeads(
        kept, [line for page in pages for line in page if id(line) not in stays]
    )


def _without_edge(pages: list[list[PdfLine]], *, highest: bool) -> list[list[PdfLine]]:
    edges = [_edge(page, number, highest=highest) for number, page in enumerate(pages, start=1)]
    repeats = _Repeats([edge for edge in edges if edge], pages)
    return [
        [
            line
            for line in page
            if not (edge and abs(line.y - edge.line.y) < 1 and repeats.has(edge, top=highest))
        ]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edge(page: Sequence[PdfLine], number: int, *, highest: bool) -> _Edge | None:
    if not page:
        return None
    pick: Callable[..., PdfLine] = max if highest else min
    line = pick(page, key=lambda line: line.y)
    others = sorted(
        (each for each in page if abs(each.y - line.y) >= 1), key=lambda each: abs(each.y - line.y)
    )
    apart = bool(others) and abs(others[0].y - line.y) > _APART * line.size
    return _Edge(line, number, apart, line.bold and not (others and others[0].bold))


class _Repeats:
    """Repetitions of the lines at one edge of the *pages*, page numbers aside."""

    def __init__(self, edges: Sequence[_Edge], pages: Sequence[Sequence[PdfLine]]) -> None:
        sizes: Counter[float] = Counter()
        for line in (line for page in pages for line in page):
            sizes[line.size] += len(line.text)
        self._text_size = sizes.most_common(1)[0][0] if sizes else 0.0
        self._count = len(pages)
        lines_at_edges = {id(edge.line) for edge in edges}
        self._texts = frozenset(
            line.text.casefold()
            for page in pages
            for line in page
            if id(line) not in lines_at_edges
        )
        self._where: dict[tuple[str, int | None], list[_Edge]] = {}
        for edge in edges:
            for key in _keys(edge):
                self._where.setdefault(key, []).append(edge)
        self._heads = any(
            len(same) >= _FEW_PAGES and same[0].apart and not _is_heading(same[0], self._text_size)
            for same in self._where.values()
        )

    def has(self, edge: _Edge, *, top: bool) -> bool:
        """Return True if *edge* is a running head or page number."""
        if _NUMBER.fullmatch(edge.line.text):
            return self._is_page_number(edge)
        if top and ends_as_question(edge.line.text):
            return False
        exact = self._same(edge, (edge.line.text.casefold(), None))
        half = max(_FEW_PAGES, self._count // 2)
        if _is_heading(edge, self._text_size):
            return len(exact) >= half or (
                edge.line.size <= self._text_size * _LARGER and edge.apart and _is_dense(exact)
            )
        same = max((self._same(edge, key) for key in _keys(edge)), key=len)
        often = edge.apart and len(same) >= max(_FEW_PAGES, self._count // 10)
        return often or len(same) >= half or self._is_said_elsewhere(edge)

    def _is_said_elsewhere(self, edge: _Edge) -> bool:
        """Return True for a running head whose words are in the text as well."""
        small = edge.line.size <= self._text_size and edge.apart and self._heads
        words = _PAGE.sub("", edge.line.text).strip(" |·-\u2013\u2014").casefold()
        return small and words in self._texts

    def _is_page_number(self, edge: _Edge) -> bool:
        """Return True for a number that counts pages or is labelled as page."""
        found = _NUMBER.fullmatch(edge.line.text)
        if found and (found["page"] or found["total"]):
            return True
        same = max((self._same(edge, key) for key in _keys(edge)), key=len)
        number = _number(edge.line.text)
        counts = len(same) > 1 and any(key[1] is not None for key in _keys(edge))
        return number is not None and (counts or (edge.apart and number == edge.page))

    def _same(self, edge: _Edge, key: tuple[str, int | None]) -> list[_Edge]:
        return [
            each
            for each in self._where.get(key, [])
            if abs(each.line.y - edge.line.y) <= _SAME_HEIGHT
        ]


def _keys(edge: _Edge) -> Iterator[tuple[str, int | None]]:
    """Yield comparison keys: the text with and without page number."""
    text = edge.line.text.casefold()
    yield text, None
    if _NUMBER.fullmatch(text):
        number = _number(text)
        if number is not None:
            yield "#", number - edge.page
        return
    for found in _PAGE.finditer(text):
        yield f"{text[: found.start()]}#{text[found.end() :]}", int(found[0]) - edge.page


def _number(text: str) -> int | None:
    """Return the value of a decimal or Roman number line.

    None for words such as "ill".
    """
    found = _NUMBER.fullmatch(text)
    shown = found["number"].casefold() if found else ""
    if shown.isdigit():
        return int(shown)
    if not shown or not _ROMAN.fullmatch(shown):
        return None
    values = [_ROMAN_VALUES[letter] for letter in shown]
    return sum(
        -one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True)
    )


def _is_heading(edge: _Edge, text_size: float) -> bool:
    """Return True if *edge* looks like a heading or asks.

    It is then left out only if it repeats word for word.
    """
    line = edge.line
    return (
        line.bold or edge.bolder or line.size > text_size * _LARGER or ends_as_question(line.text)
    )


def _is_dense(same: Sequence[_Edge]) -> bool:
    """Return True if a line is on most pages between its first and last.

    The running head of a chapter is.
    """
    if len(same) <= _FEW_PAGES:
        return False
    return 2 * len(same) >= same[-1].page - same[0].page + 1


def _without_contents(page: list[PdfLine]) -> Iterator[PdfLine]:
    """Yield the lines outside tables of contents, which repeat questions."""
    leaders = [at for at, line in enumerate(page) if _LEADER.search(line.text)]
    numbered = [at for at in leaders if _LEADER_WITH_PAGE.search(page[at].text)]
    # A form has rows of dots, too, but without page numbers.
    if len(leaders) < _ENTRIES or 2 * len(numbered) < len(leaders):
        yield from (line for line in page if not _CONTENTS.fullmatch(line.text))
        return
    first = next((at for at, line in enumerate(page) if _CONTENTS.fullmatch(line.text)), None)
    start = first if first is not None and first < leaders[0] else leaders[0]
    for at, line in enumerate(page):
        if not start <= at <= leaders[-1] + (at == leaders[-1] + 1 and line.text.isdigit()):
            yield line

"""What stands on the pages of a PDF and is no part of its text: running heads, page numbers, contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from faqbot.ingest.pdf_lines import Line

__all__ = ["without_furniture"]

_NUMBER = re.compile(
    r"(?:page\s*)?[-\u2013]?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*[-\u2013]?(?:\s*(?:/|of)\s*\d{1,4})?",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})?$|(?:…\s?){2,}\s*\d{0,4}$")
_CONTENTS = re.compile(
    r"(?:table of )?contents|inhaltsverzeichnis|inhalt|sommaire|índice", re.IGNORECASE
)
_PAGE = re.compile(r"^\d+|\d+$|(?<=page )\d+")
_FEW_PAGES = 3
_LARGER = 1.08
_MOSTLY = 0.9
_APART = 2.0
_LONG = 160
_ENTRIES = 4


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return *pages* without what repeats at their edges, their numbers, and tables of contents."""
    kept = [list(page) for page in pages]
    for _ in range(2):
        kept = _without_edge(kept, highest=True)
        kept = _without_edge(kept, highest=False)
    return [list(_without_contents(page)) for page in kept]


def _edge(page: Sequence[Line], *, highest: bool) -> Line | None:
    pick: Callable[..., Line] = max if highest else min
    return pick(page, key=lambda line: line.y) if page else None


def _without_edge(pages: list[list[Line]], *, highest: bool) -> list[list[Line]]:
    sizes: Counter[float] = Counter()
    for line in (line for page in pages for line in page):
        sizes[line.size] += len(line.text)
    text_size = sizes.most_common(1)[0][0] if sizes else 0.0
    edges = [_edge(page, highest=highest) for page in pages]
    same = Counter(_shape(edge.text) for edge in edges if edge)
    # A band is furniture if the text keeps away from it on nearly every page that has it.
    apart: dict[int, list[bool]] = {}
    for page, edge in zip(pages, edges, strict=True):
        if edge:
            apart.setdefault(round(edge.y), []).append(_is_apart(page, edge))
    bands = {
        y
        for y, seen in apart.items()
        if len(seen) >= _FEW_PAGES and sum(seen) >= _MOSTLY * len(seen)
    }

    def is_furniture(edge: Line, page: list[Line]) -> bool:
        count = same[_shape(edge.text)]
        often = count >= max(_FEW_PAGES, len(pages) // 10) and _is_apart(page, edge)
        if edge.size > text_size * _LARGER and count < len(pages) // 2:
            return False  # a heading; running heads are no larger than the text
        repeated = often or count >= max(_FEW_PAGES, len(pages) // 2)
        numbered = _NUMBER.fullmatch(edge.text) is not None and _is_apart(page, edge)
        return repeated or numbered or (round(edge.y) in bands and len(edge.text) < _LONG)

    return [
        [
            line
            for line in page
            if not (edge and is_furniture(edge, page) and abs(line.y - edge.y) < 1)
        ]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _shape(text: str) -> str:
    """Return a text with the numbers at its ends alike, so that page numbers do not make two of one."""
    return _PAGE.sub("#", text.lower())


def _is_apart(page: Sequence[Line], edge: Line) -> bool:
    """Say whether more than a line's room is between *edge* and the text of its *page*."""
    gaps = [abs(line.y - edge.y) for line in page if abs(line.y - edge.y) >= 1]
    return bool(gaps) and min(gaps) > _APART * edge.size


def _without_contents(page: list[Line]) -> Iterator[Line]:
    """Yield the lines that are no table of contents, which repeats every question."""
    leaders = [at for at, line in enumerate(page) if _LEADER.search(line.text)]
    if len(leaders) < _ENTRIES:
        yield from (line for line in page if not _CONTENTS.fullmatch(line.text))
        return
    first = next((at for at, line in enumerate(page) if _CONTENTS.fullmatch(line.text)), None)
    start = first if first is not None and first < leaders[0] else max(leaders[0] - 2, 0)
    for at, line in enumerate(page):
        if not start <= at <= leaders[-1] + (at == leaders[-1] + 1 and line.text.isdigit()):
            yield line

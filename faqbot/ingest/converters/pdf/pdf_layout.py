"""Layout of a PDF: lines from text runs, blocks from lines.

Headings are recognized by their size, paragraphs by the distance between lines.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.markdown_text import (
    escaped,
    escaped_lines,
    fenced,
    indented,
    spanned,
    without_number,
)

_BOLD = re.compile(r"bold|black|heavy|semibold|demi|[-,]bd\b|cmbx", re.IGNORECASE)
_MONO = re.compile(
    r"mono|courier|consol|menlo|typewriter|cmtt|fixed|inconsolata|sourcecode", re.IGNORECASE
)
_SUBSET = re.compile(r"^/?(?:[A-Z]{6}\+)?")
# Control characters to delete, a bullet in some fonts, and ligatures.
_LIGATURES = str.maketrans(
    dict.fromkeys((*range(9), *range(11, 32), *range(0x7F, 0xA0)), "")
    | {"\x95": "•"}
    | {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\xad": "", "\xa0": " "}
)
# Vertical distance of runs on one line, in font sizes: superscripts stay below. Chosen by hand.
_SAME_LINE = 0.45
# Size of a heading relative to the text's; chosen by hand.
_LARGER = 1.08
# Distance of the lines of a heading, in font sizes; chosen by hand.
_WRAPPED = 1.6
# Distance of lines that begins a paragraph, in line heights; chosen by hand.
_PARTED = 1.35
# Indent that begins a paragraph, in font sizes; chosen by hand.
_INDENT = 0.7
# Characters of a heading; longer large text is a paragraph. Chosen by hand.
_LONGEST_HEADING = 400
_BULLET = re.compile("^(?:[•◦▪●○■□‣\u2043∙·\u2013\u2014*]|-(?=\\s)|o(?=\\s))\\s*")
_COUNTED = re.compile(r"^\(?(\d{1,2})[.)]\s+")
_OWN_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)+\.?|\d+\.|[A-Z]\.\d+)\s*\S")
_CHAPTER = re.compile(
    r"(?:chapter|part|appendix|kapitel|chapitre)\s+[\divxlcA-Z]{1,5}", re.IGNORECASE
)
# An address set as code and continued on the next line.
_SPLIT_ADDRESS = re.compile(r"`?(https?:(?:[^\s`]{0,500}[./:])?)`? `([^`\s]+)`")
# Date on a title page: as large as a heading, but not one.
_DAY = re.compile(
    r"(?:\d{1,2}\.?\s)?[^\W\d]{3,10}\.?\s(?:\d{1,2}(?:st|nd|rd|th)?,?\s)?\d{4}|\d{4}-\d{2}-\d{2}"
)
_ENDS = re.compile(r"[.?!:…][\"'”\u2019)]{0,30}$")


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one font, at a position.

    *x* and *y* are in points from the lower left corner of the page.
    """

    text: str
    x: float
    y: float
    size: float
    font: str

    @classmethod
    def placed(
        cls, text: str, inner: Sequence[float], outer: Sequence[float], font: str, size: float
    ) -> Run:
        """Return a run located by its text and page matrices."""
        a, b, c, d, e, f = map(float, outer)
        x, y = float(inner[4]), float(inner[5])
        scale = math.hypot(float(inner[2]), float(inner[3])) * math.hypot(c, d)
        return cls(
            text.translate(_LIGATURES),
            a * x + c * y + e,
            b * x + d * y + f,
            abs(size * scale),
            _SUBSET.sub("", font),
        )

    @property
    def is_code(self) -> bool:
        """True if the font is monospaced."""
        return _MONO.search(self.font) is not None


@dataclass(frozen=True, slots=True)
class PdfLine:
    """Line of a page: *text*, *markdown*, and its predominant style."""

    text: str
    markdown: str
    x: float
    y: float
    size: float
    font: str
    page: int

    @property
    def bold(self) -> bool:
        """True if the line is bold."""
        return _BOLD.search(self.font) is not None

    @property
    def is_code(self) -> bool:
        """True if the line is set as code."""
        return _MONO.search(self.font) is not None


def lines_of(runs: Iterable[Run], page: int) -> Iterator[PdfLine]:
    """Yield the lines of *runs*, in file order, on *page*."""
    held: list[Run] = []
    for run in _split(runs):
        if held and (
            not run.text or abs(run.y - held[0].y) > _SAME_LINE * max(run.size, held[0].size)
        ):
            yield from _line(held, page)
            held = []
        if run.text.strip() or (held and run.text):
            held.append(run)
    yield from _line(held, page)


def _split(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield *runs* split at line ends.

    Each line end becomes an empty run.
    """
    for run in runs:
        for at, text in enumerate(text for text in run.text.split("\n") if text):
            if at:
                yield Run("", run.x, run.y, run.size, run.font)
            yield Run(text, run.x, run.y, run.size, run.font)


def _line(runs: Sequence[Run], page: int) -> Iterator[PdfLine]:
    text = " ".join("".join(run.text for run in runs).split())
    if not text:
        return
    weight: dict[tuple[float, str], int] = {}
    for run in runs:
        key = (round(run.size, 1), run.font)
        weight[key] = weight.get(key, 0) + len(run.text.strip())
    size, font = max(weight, key=lambda key: weight[key])
    whole = _MONO.search(font) is not None and all(
        run.is_code or not run.text.strip() for run in runs
    )
    shown = "".join(run.text for run in runs).rstrip() if whole else text
    markdown = shown if whole else " ".join("".join(_marked(runs)).split())
    yield PdfLine(
        shown,
        markdown,
        runs[0].x,
        runs[0].y,
        size,
        font if whole or not _MONO.search(font) else "",
        page,
    )


def _marked(runs: Sequence[Run]) -> Iterator[str]:
    """Yield *runs* as Markdown with code spans; addresses stay unchanged."""
    code = ""
    for run in [*runs, Run("", 0, 0, 0, "")]:
        if run.is_code:
            code += run.text
            continue
        if code:
            words = code.strip()
            lead, tail = code[: len(code) - len(code.lstrip())], code[len(code.rstrip()) :]
            yield lead + (words if "://" in words else spanned(words)) + tail
            code = ""
        yield escaped(run.text)


@dataclass(frozen=True, slots=True)
class _Style:
    """Style of a document: text font, heading sizes in falling order, line height."""

    size: float
    font: str
    sizes: tuple[float, ...]
    fonts: frozenset[str]
    leading: float

    def level(self, line: PdfLine) -> int:
        """Return the heading level of *line*, 0 for text."""
        if line.is_code or len(line.text) > _LONGEST_HEADING or _DAY.fullmatch(line.text):
            return 0
        for level, size in enumerate(self.sizes, start=1):
            if line.size >= size - 0.05:
                return min(level, 6)
        other = not line.bold and line.font in self.fonts and line.font != self.font
        return min(len(self.sizes) + 1, 6) if other and line.size >= self.size - 0.05 else 0


def blocks_of(pages: Iterable[Sequence[PdfLine]]) -> Iterator[Block]:
    """Yield the blocks of a document's *pages*, without boilerplate."""
    lines = [line for page in pages for line in page]
    style = _style(lines)
    words = frozenset(
        word.lower() for line in lines for word in re.findall(r"\w+(?:-\w+)+|\w+", line.text)
    )
    for group in _groups(lines, style):
        yield from _block(group, style, words)


def _style(lines: Sequence[PdfLine]) -> _Style:
    weight: Counter[tuple[float, str]] = Counter()
    for line in lines:
        if not line.is_code:
            weight[line.size, line.font] += len(line.text)
    size, font = max(weight, key=lambda key: weight[key], default=(12.0, ""))
    larger = {
        line.size for line in lines if line.size > size * _LARGER and re.search(r"\w", line.text)
    }
    gaps = Counter(
        round(one.y - two.y, 1)
        for one, two in pairwise(lines)
        if one.size == two.size == size and 0 < one.y - two.y < 3 * size
    )
    leading = gaps.most_common(1)[0][0] if gaps else size * 1.2
    fonts = frozenset(line.font for line in lines if line.size > size * _LARGER)
    return _Style(size, font, tuple(sorted(_merged(larger), reverse=True)), fonts, leading)


def _merged(sizes: Iterable[float]) -> Iterator[float]:
    """Yield *sizes* without those that differ invisibly from the one before."""
    last = 0.0
    for size in sorted(sizes):
        if size - last > 0.3:  # noqa: PLR2004 - of a point
            yield size
            last = size


def _groups(lines: Iterable[PdfLine], style: _Style) -> Iterator[list[PdfLine]]:
    """Yield the lines of each heading, paragraph, item and code block."""
    held: list[PdfLine] = []
    for line in lines:
        if held and _begins(line, held, style):
            yield held
            held = []
        held.append(line)
    if held:
        yield held


def _begins(line: PdfLine, held: Sequence[PdfLine], style: _Style) -> bool:
    """Return True if *line* begins a block after *held*."""
    last = held[-1]
    if line.is_code != last.is_code or style.level(line) != style.level(last):
        return True
    if line.is_code:
        return line.page != last.page or last.y - line.y > _WRAPPED * 2 * style.leading
    if style.level(line):
        apart = line.page != last.page or not 0 <= last.y - line.y <= _WRAPPED * line.size
        return apart or _OWN_NUMBER.match(line.text) is not None
    return _begins_text(line, held, style)


def _begins_text(line: PdfLine, held: Sequence[PdfLine], style: _Style) -> bool:
    """Return True if *line* begins a paragraph or an item.

    Signs are a list mark, the distance above it, and its indent.
    """
    last, ended = held[-1], _ENDS.search(held[-1].text) is not None
    if _BULLET.match(line.text) or _COUNTED.match(line.text):
        return True
    if line.bold != last.bold:
        return ended or line.bold or not 0 < last.y - line.y <= _PARTED * style.leading
    if line.page != last.page or line.y > last.y:
        return ended or not line.text[:1].islower()
    hangs = len(held) == 1 and (_BULLET.match(last.text) or _COUNTED.match(last.text))
    indented_more = line.x - last.x > _INDENT * style.size and ended and not hangs
    return last.y - line.y > _PARTED * style.leading or bool(indented_more)


def _block(group: Sequence[PdfLine], style: _Style, words: frozenset[str]) -> Iterator[Block]:
    first = group[0]
    place, level = BlockLocation(first.page, "page"), style.level(first)
    if first.is_code:
        yield Block(Kind.CODE, fenced("\n".join(_laid_out(group))), place=place)
    elif level:
        text = _joined((line.text for line in group), words)
        if _CHAPTER.fullmatch(text) or not re.search(r"\w", text):
            yield left_out(text, "it is the number of a chapter without a title", place)
        else:
            yield Block(
                Kind.HEADING,
                without_number(re.sub(r"^(\d+(?:\.\d+)+\.?)(?=[^\d\s.])", r"\1 ", text)),
                level,
                place=place,
            )
    else:
        text = _joined((line.markdown for line in group), words)
        counted = _COUNTED.match(text)
        if _BULLET.match(text) or counted:
            mark = f"{counted[1]}. " if counted else "- "
            rest = (text[counted.end() :] if counted else _BULLET.sub("", text)).strip()
            yield Block(
                Kind.ITEM, f"{mark}{indented(rest, len(mark))}".rstrip(), 1, tight=True, place=place
            )
        elif all(line.bold for line in group) and "*" not in text:
            yield Block(Kind.TEXT, f"**{text}**", place=place)
        else:
            yield Block(Kind.TEXT, escaped_lines(text), place=place)


def _laid_out(group: Sequence[PdfLine]) -> Iterator[str]:
    """Yield lines of code with the indentation of their position."""
    left = min(line.x for line in group)
    for line in group:
        yield " " * min(round((line.x - left) / (line.size * 0.6 or 1)), 40) + line.text.strip()


def _joined(texts: Iterable[str], words: frozenset[str]) -> str:
    """Return lines as one, with words joined that were hyphenated at line ends."""
    whole = ""
    for text in texts:
        parted = re.search(r"(?<!\w)(\w++)-$", whole)
        after = re.match(r"[a-z]\w*", text)
        if parted and after:
            kept = f"{parted[1]}-{after[0]}".lower() in words
            whole = (whole if kept else whole[:-1]) + text
        else:
            whole = f"{whole} {text}" if whole else text
    return _SPLIT_ADDRESS.sub(r"\1\2", whole).strip()

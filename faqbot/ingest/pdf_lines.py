"""The lines of a page, put together from the runs of text that a PDF places on it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from faqbot.ingest.markdown_text import escaped
from faqbot.ingest.markup import spanned

__all__ = ["Line", "Run", "lines_of"]

_BOLD = re.compile(r"bold|black|heavy|semibold|demi|[-,]bd\b|cmbx", re.IGNORECASE)
_MONO = re.compile(
    r"mono|courier|consol|menlo|typewriter|cmtt|fixed|inconsolata|sourcecode", re.IGNORECASE
)
_SUBSET = re.compile(r"^/?(?:[A-Z]{6}\+)?")
# What no text holds, a bullet in fonts that do not say so, and letters that are two.
_LIGATURES = str.maketrans(
    dict.fromkeys((*range(9), *range(11, 32), *range(0x7F, 0xA0)), "")
    | {"\x95": "•"}
    | {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\xad": "", "\xa0": " "}
)
_SAME_LINE = 0.45


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one font, at one place: *x* and *y* from the lower left corner of the page."""

    text: str
    x: float
    y: float
    size: float
    font: str

    @classmethod
    def placed(
        cls, text: str, inner: Sequence[float], outer: Sequence[float], font: str, size: float
    ) -> Run:
        """Return a run whose place is given by the matrices of its text and of its page."""
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
        """Whether all letters of the font are as wide."""
        return _MONO.search(self.font) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its *text*, the same as *markdown*, and how most of it is set."""

    text: str
    markdown: str
    x: float
    y: float
    size: float
    font: str
    page: int

    @property
    def bold(self) -> bool:
        """Whether it is set in bold."""
        return _BOLD.search(self.font) is not None

    @property
    def is_code(self) -> bool:
        """Whether it is set as code."""
        return _MONO.search(self.font) is not None


def lines_of(runs: Iterable[Run], page: int) -> Iterator[Line]:
    """Yield the lines that *runs*, in the order of the file, make on the *page* of that number."""
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
    """Yield *runs* without line ends; a line that ends inside of one becomes an empty run."""
    for run in runs:
        for at, text in enumerate(text for text in run.text.split("\n") if text):
            if at:
                yield Run("", run.x, run.y, run.size, run.font)
            yield Run(text, run.x, run.y, run.size, run.font)


def _line(runs: Sequence[Run], page: int) -> Iterator[Line]:
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
    yield Line(
        shown,
        markdown,
        runs[0].x,
        runs[0].y,
        size,
        font if whole or not _MONO.search(font) else "",
        page,
    )


def _marked(runs: Sequence[Run]) -> Iterator[str]:
    """Yield *runs* as Markdown, code in a line as such; addresses are left as they are."""
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

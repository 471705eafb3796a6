"""Reader of PDF: large text is a heading, text that repeats on every page is left out and named."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind, Place, left_out
from faqbot.ingest.boilerplate import PAGE_FURNITURE
from faqbot.ingest.converters.pdf_layout import blocks_of
from faqbot.ingest.pdf_furniture import without_furniture
from faqbot.ingest.pdf_lines import Line, Run, lines_of

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

__all__ = ["read"]

_MOST_PAGES = 2_000
_MOST_SECONDS = 12.0
_MOST_OPERATIONS = 2_000_000
_LARGEST_PAGE = 20_000_000
# In thousandths of the size: half of it is the gap that parts words where a font does not say.
_SPACE = 360.0
_HEAD_WITHIN = 1_024


class _TooMuch(Exception):
    """A page takes longer than any page for people does."""


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a PDF; see `Reader`."""
    if b"%PDF-" not in data[:_HEAD_WITHIN]:
        raise UnreadableDocument(f"{name} is no PDF: it does not begin as one")
    with _silence():
        pages, skipped = _pages(_opened(data, name), name)
    if sum(len(re.findall(r"\w+", line.text)) for page in pages for line in page) <= len(pages):
        raise UnreadableDocument(
            f"{name} has no text: its pages are pictures, so run it through text recognition (OCR) first"
        )
    parted = without_furniture(pages)
    yield from blocks_of(parted.pages)
    for line in parted.taken:
        yield left_out(line.text, PAGE_FURNITURE, Place(line.page, "page"))
    if skipped:
        shown = ", ".join(map(str, skipped[:10])) + (", ..." if skipped[10:] else "")
        yield Block(
            Kind.NOTE, f"pages that could not be read, or hold too much to be text: {shown}"
        )
    if len(pages) == _MOST_PAGES:
        yield Block(Kind.NOTE, f"only the first {_MOST_PAGES:,} pages were read")


def _opened(data: bytes, name: str) -> PdfReader:
    try:
        import pypdf
        from pypdf.errors import DependencyError
    except ImportError as error:
        raise MissingDependency("reading PDF", "import-office") from error
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
    except DependencyError as error:
        message = f"{name} is protected: print it to a new PDF, and import that"
        raise UnreadableDocument(message) from error
    except MemoryError:
        raise
    except Exception as error:  # pypdf lets whatever its parsers raise through
        raise UnreadableDocument(f"{name} is damaged or cut off: get it again") from error
    if locked:
        raise UnreadableDocument(f"{name} is locked with a password: save it without one")
    return reader


def _pages(reader: PdfReader, name: str) -> tuple[list[list[Line]], list[int]]:
    """Return the lines of each page, and the numbers of the pages that were passed over."""
    pages: list[list[Line]] = []
    skipped: list[int] = []
    end = time.monotonic() + _MOST_SECONDS
    try:
        for number, page in enumerate(reader.pages, start=1):
            if number > _MOST_PAGES:
                break
            try:
                pages.append(list(lines_of(_runs(page, end), number)))
            except (_TooMuch, RecursionError):
                skipped.append(number)
                pages.append([])
            except Exception:  # noqa: BLE001 - pypdf lets whatever its parsers raise through
                skipped.append(number)
                pages.append([])
    except Exception as error:  # the list of pages itself is broken
        if not any(pages):
            raise UnreadableDocument(f"{name} is damaged or cut off: get it again") from error
    if skipped and not any(pages):
        raise UnreadableDocument(
            f"{name} is damaged, or holds too much to be text: none of its pages can be read"
        )
    return pages, skipped


def _runs(page: PageObject, end: float) -> list[Run]:
    contents = page.get_contents()
    if time.monotonic() > end or (
        contents is not None and len(contents.get_data()) > _LARGEST_PAGE
    ):
        raise _TooMuch
    _forget_false_spaces(page)
    runs: list[Run] = []
    operations = 0

    def before(*_: object) -> None:
        nonlocal operations
        operations += 1
        if operations > _MOST_OPERATIONS or (operations % 1_000 == 0 and time.monotonic() > end):
            raise _TooMuch

    def text(words: str, outer: Any, inner: Any, font: Any, size: float) -> None:  # noqa: ANN401 - what pypdf gives
        named = str(font.get("/BaseFont", "")) if font else ""
        runs.append(Run.placed(words, inner, outer, named, size))

    page.extract_text(visitor_operand_before=before, visitor_text=text, space_width=_SPACE)
    return runs


def _forget_false_spaces(page: PageObject) -> None:
    """Take from fonts that number their letters anew the width of number 32, which is no space there.

    pypdf takes it for one, and loses the blanks between words where that letter is wide, as in much
    of what TeX makes.
    """
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

    resources = page.get("/Resources")
    fonts = resources.get_object().get("/Font") if resources is not None else None
    for font in fonts.get_object().values() if fonts is not None else ():
        found = font.get_object()
        if not isinstance(found, DictionaryObject) or found.get("/Encoding") != "/Identity-H":
            continue
        for inner in found.get("/DescendantFonts", ArrayObject()):
            widths = inner.get_object().get("/W")
            kept = list(widths.get_object()) if widths is not None else []
            none = [NumberObject(32), ArrayObject([NumberObject(0)])]
            if kept[-2:] != none:
                inner.get_object()[NameObject("/W")] = ArrayObject([*kept, *none])


@contextmanager
def _silence() -> Iterator[None]:
    """Keep to ourselves what pypdf logs of each oddity of a file."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)

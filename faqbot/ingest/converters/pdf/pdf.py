"""Converter of PDF: large text becomes headings; running heads are left out.

Hidden text, comments, form fields and addresses of links are named in the summary.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE
from faqbot.ingest.converters.pdf.layers import HIDDEN_LAYER, Layers, resolved
from faqbot.ingest.converters.pdf.pdf_layout import PdfLine, Run, blocks_of, lines_of
from faqbot.ingest.converters.pdf.running_heads import without_running_heads
from faqbot.ingest.markdown_text import one_line

if TYPE_CHECKING:
    from pypdf import PageObject

_COMMENT = "it is a comment on the page"
_FIELD = "it is a field of a form"
_ADDRESS = "it is the address of a link"
# Entries of a form field with text for people: its description, else its name.
_NAMES = ("/TU", "/T")
# Parents of a form field that are searched for a value. Forms nest two or three; chosen by hand.
_MOST_PARENTS = 8

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

# Pages of a document; longer ones are no FAQ. Chosen by hand.
_MOST_PAGES = 2_000
# Seconds of the clock for all pages, below the limit of a conversion; chosen by hand.
_MOST_SECONDS = 12.0
# Drawing operations of a page. Pages of text have some thousands; chosen by hand.
_MOST_OPERATIONS = 2_000_000
# Bytes of a page's content, decompressed; chosen by hand.
_LARGEST_PAGE = 20_000_000
# Width of a space in thousandths of the font size, if the font has none. Half of it separates words.
_SPACE = 360.0
# Bytes at the start that must hold the mark of a PDF (ISO 32000-1, annex H.3.4.1).
_HEAD_WITHIN = 1_024


class _TooMuch(Exception):
    """Error for a page that takes too long."""


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a PDF; see `Reader`."""
    if b"%PDF-" not in data[:_HEAD_WITHIN]:
        raise UnreadableDocument(f"{name} is not a PDF: it does not begin with %PDF")
    with _silence():
        pages, skipped, records = _pages(_opened(data, name), name)
    if sum(len(re.findall(r"\w+", line.text)) for page in pages for line in page) <= len(pages):
        raise UnreadableDocument(
            f"{name} has no text: its pages are pictures, so run it through text recognition (OCR) first"
        )
    parted = without_running_heads(pages)
    yield from blocks_of(parted.pages)
    for line in parted.taken:
        yield left_out(line.text, PAGE_BOILERPLATE, BlockLocation(line.page, "page"))
    shown = "\n".join(line.text for page in pages for line in page)
    yield from (record for record in records if record.text not in shown)
    if skipped:
        numbers = ", ".join(map(str, skipped[:10])) + (", ..." if skipped[10:] else "")
        yield Block(Kind.NOTE, f"pages that are unreadable or too large: {numbers}")
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
    except Exception as error:  # pypdf passes on every exception of its parsers
        raise UnreadableDocument(f"{name} is damaged or cut off: get it again") from error
    if locked:
        raise UnreadableDocument(f"{name} is locked with a password: save it without one")
    return reader


def _pages(reader: PdfReader, name: str) -> tuple[list[list[PdfLine]], list[int], list[Block]]:
    """Return lines by page, skipped pages, and records of other text."""
    pages: list[list[PdfLine]] = []
    skipped: list[int] = []
    records: list[Block] = []
    end = time.monotonic() + _MOST_SECONDS
    try:
        layers = Layers(reader)
        for number, page in enumerate(reader.pages, start=1):
            if number > _MOST_PAGES:
                break
            try:
                pages.append(_lines(page, number, end, layers, records))
            except (_TooMuch, RecursionError):
                skipped.append(number)
                pages.append([])
            except Exception:  # noqa: BLE001 - pypdf lets whatever its parsers raise through
                skipped.append(number)
                pages.append([])
    except Exception as error:  # the page tree is broken
        if not any(pages):
            raise UnreadableDocument(f"{name} is damaged or cut off: get it again") from error
    if skipped and not any(pages):
        raise UnreadableDocument(f"{name} is damaged or too large: no page can be read")
    return pages, skipped, records


def _lines(
    page: PageObject, number: int, end: float, layers: Layers, records: list[Block]
) -> list[PdfLine]:
    """Return the visible lines of *page*.

    Add records of other text to *records*.
    """
    from pypdf.generic import NameObject

    contents = page.get_contents()
    if time.monotonic() > end or (
        contents is not None and len(contents.get_data()) > _LARGEST_PAGE
    ):
        raise _TooMuch
    records += annotations_of(page, number)
    original = page.get("/Contents")
    hides = layers.without_hidden(page)
    lines = list(lines_of(_runs(page, end), number))
    if hides and original is not None:
        page[NameObject("/Contents")] = original
        layers.only_hidden(page)
        place = BlockLocation(number, "page")
        hidden = lines_of(_runs(page, end), number)
        records += (left_out(line.text, HIDDEN_LAYER, place) for line in hidden)
    return lines


def _runs(page: PageObject, end: float) -> list[Run]:
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
    """Remove the width of character 32 from fonts with their own encoding.

    There the number stands for a letter. pypdf takes it for the space. Where that letter is wide, blanks
    between words would be lost, as in many documents made by TeX.
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
    """Suppress pypdf's log messages about defects of a file."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def annotations_of(page: PageObject, number: int) -> Iterator[Block]:
    """Yield a record of each text in the annotations of *page*.

    *number* is the page's, from 1.
    """
    place = BlockLocation(number, "page")
    annotations = resolved(page.get("/Annots"))
    for each in annotations if isinstance(annotations, list) else []:
        found = resolved(each)
        if not isinstance(found, dict):
            continue
        kind = found.get("/Subtype")
        if kind == "/Widget":
            texts, reason = _field(found), _FIELD
        elif kind == "/Link":
            texts, reason = _address(found), _ADDRESS
        else:
            texts, reason = [_text(found.get("/Contents"))], _COMMENT
        yield from (left_out(text, reason, place) for text in texts if text)


def _address(link: dict[str, Any]) -> list[str]:
    action = resolved(link.get("/A"))
    address = _text(action.get("/URI")) if isinstance(action, dict) else ""
    return [address, _text(link.get("/Contents"))]


def _field(widget: dict[str, Any]) -> list[str]:
    """Return a form field's name with its value and options."""
    value = _text(_inherited(widget, "/V"))
    name = next((text for key in _NAMES if (text := _text(_inherited(widget, key)))), "")
    offered = _inherited(widget, "/Opt")
    choices = [_text(each) for each in offered] if isinstance(offered, list) else []
    return [f"{name}: {value}" if name and value else name or value, *choices]


def _inherited(field: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - any object of a PDF
    """Return the entry *key* of *field* or its nearest parent."""
    at: Any = field
    for _ in range(_MOST_PARENTS):
        if not isinstance(at, dict):
            return None
        if key in at:
            return resolved(at.get(key))
        at = resolved(at.get("/Parent"))
    return None


def _text(found: Any) -> str:  # noqa: ANN401 - any object of a PDF
    """Return a PDF text on one line; empty for other types.

    Of a pair of values, it is the one that people see.
    """
    value = resolved(found)
    if isinstance(value, list) and value:
        return _text(value[-1])
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return one_line(value).removeprefix("/") if isinstance(value, str) else ""

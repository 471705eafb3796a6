"""Converter of DOCX via HTML, which mammoth makes of its styles.

Text that the document does not show is removed first; text that mammoth skips is recorded.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.converters.html import blocks_of
from faqbot.ingest.converters.office.docx_parts import prepared
from faqbot.ingest.converters.office.package import check_office_file
from faqbot.ingest.question_forms import ends_as_question

# Additional styles: the titles of Word, LibreOffice and Google Docs.
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
_TAG = re.compile(r"<[^<>]*>")
# Blocks from which a document needs structure to separate its answers; chosen by hand.
_MANY = 4
# Blocks per question; with more, questions do not separate the answers. Chosen by hand.
_SELDOM = 15
# Bytes of XML. The tree takes about sixty times as much memory.
_MOST_XML = 10_000_000


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a DOCX document without its pictures.

    See `Reader`.
    """
    check_office_file(data, name, "word/", _MOST_XML)
    pictures: list[object] = []
    html, aside = _html(data, name, pictures)
    blocks = [
        replace(block, place=BlockLocation(number, "paragraph"))
        for number, block in enumerate(blocks_of(html, name), start=1)
    ]
    if not any(re.search(r"\w", block.text) for block in (*blocks, *aside)):
        raise UnreadableDocument(f"{name} has no text: its pages are pictures, or empty")
    yield from blocks
    yield from aside
    if pictures:
        yield Block(Kind.NOTE, f"pictures are not imported: {len(pictures)} left out")
    if len(blocks) >= _MANY and not _shows_structure(blocks):
        yield Block(
            Kind.NOTE,
            "the document has no headings and no questions, so its answers "
            "cannot be separated: give its headings a heading style in the program that wrote it",
        )


def _shows_structure(blocks: list[Block]) -> bool:
    """Return True if headings, tables or questions separate the answers."""
    if any(block.kind in {Kind.HEADING, Kind.PAIR, Kind.TABLE} for block in blocks):
        return True
    asked = [block for block in blocks if block.kind is Kind.TEXT and ends_as_question(block.text)]
    return len(asked) * _SELDOM >= len(blocks)


def _html(data: bytes, name: str, pictures: list[object]) -> tuple[str, list[Block]]:
    """Return the document as HTML, and records of text outside it.

    Its pictures are added to *pictures*, and are not opened.
    """
    try:
        import mammoth
    except ImportError as error:
        raise MissingDependency("reading DOCX", "import-office") from error

    def no_picture(picture: object) -> list[object]:
        pictures.append(picture)
        return []

    try:
        made = prepared(data)
        found: Any = mammoth.convert_to_html(
            io.BytesIO(made.data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=no_picture,
        )
    except RecursionError as error:
        raise UnreadableDocument(f"{name} is nested too deep") from error
    except MemoryError:
        raise
    except Exception as error:  # mammoth passes on every exception of its parsers
        raise UnreadableDocument(f"{name} is damaged: open it, and save it again") from error
    text = str(found.value)
    return text, [*made.records, *_missing(text, made.texts)]


def _missing(page: str, texts: list[tuple[int, str]]) -> Iterator[Block]:
    """Yield a record of each of *texts* absent from *page*."""
    shown, at = _letters(unescape(_TAG.sub("", page))), 0
    for number, text in texts:
        # Texts come in page order, except those of text boxes.
        found = shown.find(_letters(text), at)
        found = shown.find(_letters(text)) if found < 0 else found
        if found < 0:
            reason = "it is in a formula or another object"
            yield left_out(text, reason, BlockLocation(number, "paragraph"))
        at = max(at, found)


def _letters(text: str) -> str:
    return "".join(text.split())

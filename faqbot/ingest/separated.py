"""Reading CSV and TSV: rows of cells with commas, semicolons, tabs or bars between."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from faqbot.errors import UnreadableDocument
from faqbot.ingest.blocks import Block
from faqbot.ingest.columns import find_columns
from faqbot.ingest.decoding import decode
from faqbot.ingest.tables import Row, blocks_of_rows

__all__ = ["read", "rows_of"]

_SEPARATORS = "\t,;|"
# A spreadsheet would run a cell that starts so; an apostrophe before it says that it is text.
_GUARDED = re.compile(r"'+[=+\-@]")


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a table in text; see `Reader`."""
    text = decode(data, name)
    if not text.strip():
        raise UnreadableDocument(f"{name} is empty: export the table again")
    yield from blocks_of_rows(rows_of(text, name))


def rows_of(text: str, name: str) -> Iterator[Row]:
    """Yield the rows of a table; raises `UnreadableDocument` for one whose quotes never close."""
    separator = _separator(text)
    lines = text.split("\n")
    try:
        rows = list(_parsed(lines, separator, csv.QUOTE_MINIMAL))
        if separator == "\t" and _is_torn(rows):
            rows = list(_parsed(lines, separator, csv.QUOTE_NONE))
    except csv.Error as error:
        if separator != "\t":
            message = f"{name} is no table that can be read ({error}): export it again as CSV"
            raise UnreadableDocument(message) from error
        rows = list(_parsed(lines, separator, csv.QUOTE_NONE))
    yield from rows


def _parsed(lines: Iterable[str], separator: str, quoting: int) -> Iterator[Row]:
    ended = (f"{line}\n" for line in lines)
    # The limit on a cell is raised by none but us, and the size of a document is limited already.
    csv.field_size_limit(max(csv.field_size_limit(), 10_000_000))
    reader = csv.reader(ended, delimiter=separator, quoting=quoting, strict=True)  # type: ignore[arg-type]  # an int
    before = 0
    for cells in reader:
        yield Row(before + 1, tuple(map(_unguarded, cells)))
        before = reader.line_num


def _is_torn(rows: list[Row]) -> bool:
    """Say whether a quotation mark swallowed the tabs after it: rows are then of several widths."""
    return any(len(row.cells) not in {len(rows[0].cells), 0} and any(row.cells) for row in rows)


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _separator(text: str) -> str:
    """Return what stands between cells: with it the first line names columns, or has the most."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    for separator in _SEPARATORS:
        if find_columns(cell.strip('" ') for cell in first.split(separator)):
            return separator
    return max(_SEPARATORS, key=first.count)

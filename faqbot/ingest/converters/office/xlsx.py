"""Converter of workbooks (XLSX): visible cells, as the program shows them.

Hidden sheets, rows and columns, struck text, comments and cells without a value are left out and named.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.converters.office.number_formats import shown
from faqbot.ingest.converters.office.package import check_office_file
from faqbot.ingest.converters.office.xlsx_parts import SheetParts, sheet_parts
from faqbot.ingest.tabular import Row, blocks_of_rows

if TYPE_CHECKING:
    from openpyxl import Workbook

# Rows and columns of a sheet that are read; chosen by hand.
_MOST_ROWS, _MOST_COLUMNS = 100_000, 256
# Bytes of XML, which is read in one pass; chosen by hand.
_MOST_XML = 100_000_000
_PLAIN_TITLE = ("sheet", "tabelle", "feuil", "hoja", "foglio")
# Cells that a note names; chosen by hand.
_SHOWN = 3


@dataclass(slots=True)
class _Sheet:
    """Sheet with its visible *rows* and the *records* of other text."""

    title: str
    rows: list[Row] = field(default_factory=list)
    records: list[Block] = field(default_factory=list)


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a workbook, sheet by sheet; see `Reader`."""
    check_office_file(data, name, "xl/", _MOST_XML)
    # openpyxl warns about extensions that it skips; they have no text.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = _opened(data, name)
        try:
            sheets = _sheets(book, data)
        except MemoryError:
            raise
        except Exception as error:  # openpyxl passes on every exception of its parsers
            raise UnreadableDocument(f"{name} has a damaged sheet: save it again") from error
        finally:
            book.close()
    if not any(sheet.rows or sheet.records for sheet in sheets):
        raise UnreadableDocument(f"{name} has no text in its sheets")
    for sheet in sheets:
        yield from blocks_of_rows(sheet.rows, _section(sheet.title, sheets), answer_of)
        yield from sheet.records


def _opened(data: bytes, name: str) -> Workbook:
    try:
        import openpyxl
    except ImportError as error:
        raise MissingDependency("reading workbooks", "import-office") from error
    try:
        return openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False, rich_text=True
        )
    except MemoryError:
        raise
    except Exception as error:  # openpyxl passes on every exception of its parsers
        raise UnreadableDocument(f"{name} is not a readable workbook: save it again") from error


def _sheets(book: Workbook, data: bytes) -> list[_Sheet]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = sheet_parts(archive, (_MOST_ROWS, _MOST_COLUMNS))
    return [_sheet(sheet, parts.get(sheet.title, SheetParts())) for sheet in book.worksheets]


def _sheet(sheet: Any, parts: SheetParts) -> _Sheet:  # noqa: ANN401 - openpyxl has no type for a read-only sheet
    """Return the rows of *sheet* with content, whatever size it declares."""
    made = _Sheet(sheet.title)
    sheet.reset_dimensions()
    found = sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)
    values: dict[int, Row] = {}
    for number, cells in enumerate(found, start=1):
        row = _Cells(number, parts, made.records)
        # A sheet with a single distant cell consists mostly of empty rows.
        filled = cells[: parts.widths.get(number, 0)] if parts.widths else cells
        texts = [row.text(at, cell) for at, cell in enumerate(filled, start=1)]
        row.fill(texts, values)
        if any(texts):
            _add(row.row(texts), parts, made)
    made.records += [*_unshown_links(parts, made.rows), *parts.records]
    if parts.beyond:
        which = ", ".join(parts.beyond[:_SHOWN]) + (", ..." if parts.beyond[_SHOWN:] else "")
        message = (
            f"of the sheet {sheet.title} only {_MOST_ROWS:,} rows and {_MOST_COLUMNS} columns were read: "
            f"{len(parts.beyond):,} cells are beyond them ({which})"
        )
        made.records.append(Block(Kind.NOTE, message))
    return made


def _unshown_links(parts: SheetParts, rows: list[Row]) -> Iterator[Block]:
    """Yield a record of each link that no visible cell of *rows* has."""
    shown = {(row.number, at + 1) for row in rows for at in row.links}
    for (number, column), url in parts.links.items():
        if (number, column) not in shown:
            yield left_out(url, "its cell is empty or hidden", BlockLocation(number, "row"))


def _add(row: Row, parts: SheetParts, made: _Sheet) -> None:
    """Add *row* to the sheet, or to the records if it is hidden."""
    place, text = BlockLocation(row.number, "row"), " | ".join(filter(None, row.cells))
    if parts.hidden:
        made.records.append(left_out(f"{made.title}: {text}", "its sheet is hidden", place))
    elif row.number in parts.rows:
        made.records.append(left_out(text, "its row is hidden", place))
    else:
        made.rows.append(row)


@dataclass(slots=True)
class _Cells:
    """Cells of row *number*; their invisible texts go to *records*."""

    number: int
    parts: SheetParts
    records: list[Block]
    repeated: set[int] = field(default_factory=set)

    def text(self, column: int, cell: Any) -> str:  # noqa: ANN401 - two classes of openpyxl
        """Return the visible text of a *cell*; record its other text."""
        place = (self.number, column)
        if place in self.parts.formulas:
            return self._leave_out(self.parts.formulas[place], "its formula has no stored value: open the workbook in a spreadsheet program and save it")  # fmt: skip
        value = cell.value
        if value is None or value == "":
            return ""
        if cell.data_type == "e":
            return self._leave_out(str(value), "it is an error of a formula")
        text = self._unstruck(value, cell)
        if text and self.parts.has_hidden(column):
            return self._leave_out(text, "its column is hidden")
        return text

    def _unstruck(self, value: object, cell: Any) -> str:  # noqa: ANN401 - two classes of openpyxl
        """Return *value* as its number format shows it, without struck text."""
        code = cell.number_format or "General"
        if cell.font is not None and cell.font.strike:
            plain = _plain(value)
            return self._leave_out(shown(plain, code) or str(plain), "it is struck out")
        if (struck := self.parts.struck.get((self.number, cell.column))) is not None:
            value, gone = struck
            self._leave_out(gone, "it is struck out")
        if isinstance(value, list):  # rich text: parts with their own fonts
            value = "".join(map(self._part, value))
        text = shown(value, code)
        if not text and str(value).strip():
            return self._leave_out(str(value), "its number format hides it")
        return text

    def _part(self, part: Any) -> str:  # noqa: ANN401 - openpyxl has text and blocks with a font
        struck = getattr(getattr(part, "font", None), "strike", None)
        return self._leave_out(str(part), "it is struck out") if struck else str(part)

    def _leave_out(self, text: str, reason: str) -> str:
        if text.strip():
            self.records.append(left_out(text.strip(), reason, BlockLocation(self.number, "row")))
        return ""

    def fill(self, texts: list[str], firsts: dict[int, Row]) -> None:
        """Repeat in *texts* the text of merged cells, if the row has others."""
        if not any(texts):
            return
        for column, start in self.parts.merged.get(self.number, {}).items():
            texts += [""] * (column - len(texts))
            above = firsts.get(start)
            if above and not texts[column - 1] and len(above.cells) >= column:
                texts[column - 1] = above.cells[column - 1]
                self.repeated.add(column - 1)
        firsts[self.number] = self.row(texts)

    def row(self, texts: list[str]) -> Row:
        """Return the row without empty cells at its end."""
        last = max((at for at, text in enumerate(texts, start=1) if text), default=0)
        links = {
            at: self.parts.links[self.number, at + 1]
            for at in range(last)
            if texts[at] and (self.number, at + 1) in self.parts.links
        }
        return Row(self.number, tuple(texts[:last]), links, repeated=frozenset(self.repeated))


def _plain(value: object) -> object:
    return "".join(map(str, value)) if isinstance(value, list) else value


def _section(title: str, sheets: list[_Sheet]) -> str:
    """Return a sheet's name as a section, if it is not a default name."""
    filled = [sheet for sheet in sheets if sheet.rows]
    return "" if len(filled) < 2 or title.lower().startswith(_PLAIN_TITLE) else title  # noqa: PLR2004 - one sheet parts nothing

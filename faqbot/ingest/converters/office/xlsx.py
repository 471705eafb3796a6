"""Converter of workbooks (XLSX): visible cells, as the program shows them.

Hidden sheets, rows and columns, struck text, comments and cells without a value are left out and named.

openpyxl gives hidden, linked, merged and struck cells only for a workbook that it holds in memory as a
whole. Here they are read in one pass over the XML of each sheet.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.converters.office.number_formats import shown
from faqbot.ingest.converters.office.package import (
    check_office_file,
    main_part,
    name_of,
    related,
    relations,
)
from faqbot.ingest.tabular import Row, blocks_of_rows

Cell = tuple[int, int]
"""Row and column of a cell, both from 1."""

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_HYPERLINK = re.compile(r'\s*HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)
# Letters of column names.
_LETTERS = 26
# Codes in headers and footers of printed pages: places, fonts, sizes, page numbers.
_CODES = re.compile(r"&(?:\"[^\"]*\"|K[0-9A-F]{6}|\d+|[A-Za-z])")

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
    """Yield a workbook's blocks, sheet by sheet; see `Reader`."""
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
    """Yield a record per link that no visible cell has."""
    shown = {(row.number, at + 1) for row in rows for at in row.links}
    for (number, column), url in parts.links.items():
        if (number, column) not in shown:
            yield left_out(url, "its cell is empty or hidden", BlockLocation(number, "row"))


def _add(row: Row, parts: SheetParts, made: _Sheet) -> None:
    """Add *row* to the sheet, or a hidden one to records."""
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
        """Return a *cell*'s visible text; record its other text."""
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


@dataclass(slots=True)
class SheetParts:
    """Properties of one sheet, by rows and columns from 1.

    *widths* are the last columns of the rows with cells. *merged* gives, for a row and a column, the first
    row of the merged cell that extends to it. *struck* splits a partly struck text into the parts that stay
    and go. *formulas* are those without a stored value. *records* are texts of the sheet outside cells.
    """

    hidden: bool = False
    rows: set[int] = field(default_factory=set)
    columns: list[tuple[int, int]] = field(default_factory=list)
    links: dict[Cell, str] = field(default_factory=dict)
    widths: dict[int, int] = field(default_factory=dict)
    merged: dict[int, dict[int, int]] = field(default_factory=dict)
    struck: dict[Cell, tuple[str, str]] = field(default_factory=dict)
    formulas: dict[Cell, str] = field(default_factory=dict)
    records: list[Block] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)

    def has_hidden(self, column: int) -> bool:
        """Return True if *column* is hidden."""
        return any(first <= column <= last for first, last in self.columns)


def sheet_parts(archive: zipfile.ZipFile, bounds: Cell) -> dict[str, SheetParts]:
    """Return the properties of each sheet by title.

    *bounds* are the last row and column that are read. Raises `ElementTree.ParseError` or `KeyError` for a
    workbook that is damaged.
    """
    book = main_part(archive, "xl/workbook.xml")
    targets = {each.id: each.target for each in relations(archive, book)}
    made: dict[str, SheetParts] = {}
    for element in ET.fromstring(archive.read(book)).iter():  # noqa: S314 - `check_office_file` refuses entities
        if name_of(element) != "sheet":
            continue
        pointer = next((text for key, text in element.items() if key.endswith("}id")), "")
        parts = SheetParts(hidden=element.get("state", "visible") != "visible")
        made[element.get("name", "")] = parts
        if targets.get(pointer) in archive.namelist():
            _read_sheet(archive, targets[pointer], parts, bounds)
    return made


def _read_sheet(archive: zipfile.ZipFile, path: str, parts: SheetParts, bounds: Cell) -> None:
    addresses = {each.id: each.target for each in relations(archive, path) if each.external}
    number = 0
    with archive.open(path) as opened:
        for _, element in ET.iterparse(opened):  # noqa: S314 - `check_office_file` refuses entities
            match name_of(element):
                case "row":
                    number = _whole(element.get("r", "")) or number + 1
                    _read_row(element, number, parts, bounds)
                    element.clear()
                case "col" if _is_hidden(element, "width"):
                    parts.columns.append((_whole(element.get("min", "")), _whole(element.get("max", ""))))  # fmt: skip
                case "hyperlink":
                    _read_link(element, addresses, parts)
                case "mergeCell":
                    _read_merged(element, parts, bounds)
                case "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter":  # fmt: skip
                    text = " ".join(_CODES.sub(" ", element.text or "").split())
                    parts.records += [left_out(text, PAGE_BOILERPLATE)] * bool(
                        re.search(r"\w", text)
                    )
    parts.records += _beside(archive, path)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _is_hidden(element: ET.Element, size: str) -> bool:
    """Return True for a row or column hidden or without *size*."""
    return element.get("hidden") in {"1", "true"} or element.get(size) in {"0", "0.0"}


def _read_row(row: ET.Element, number: int, parts: SheetParts, bounds: Cell) -> None:
    if _is_hidden(row, "ht"):
        parts.rows.add(number)
    column = 0
    for cell in row:
        place = _place(cell.get("r", ""))
        column = place[1] if place else column + 1
        given = {name_of(each): each.text or "" for each in cell}
        if number > bounds[0] or column > bounds[1]:
            if "".join(cell.itertext()).strip():
                parts.beyond.append(cell.get("r", ""))
            continue
        if given:
            parts.widths[number] = max(column, parts.widths.get(number, 0))
        if "is" in given:
            _read_struck(cell, (number, column), parts)
        if "f" in given:
            link = _HYPERLINK.match(given["f"])
            if link:
                parts.links[number, column] = link[1].replace('""', '"')
            # A formula with an empty text as its result has an empty value of the type "str".
            if not given.get("v") and not (cell.get("t") == "str" and "v" in given):
                parts.formulas[number, column] = f"={given['f']}"


def _read_struck(cell: ET.Element, place: Cell, parts: SheetParts) -> None:
    """Store a text inside the cell itself if it is partly struck."""
    runs = [each for each in cell.iter() if name_of(each) == "r"]
    kept, gone = "", ""
    for run in runs:
        marks = [each for each in run.iter() if name_of(each) == "strike"]
        struck = any(each.get("val", "1") not in {"0", "false"} for each in marks)
        text = "".join(_texts(run))
        kept, gone = (kept, gone + text) if struck else (kept + text, gone)
    if gone:
        parts.struck[place] = kept, gone


def _place(reference: str) -> Cell | None:
    """Return row and column of *reference* ("B7"); None if invalid."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _range(reference: str, bounds: Cell) -> tuple[Cell, Cell] | None:
    """Return first and last cell of a range such as "A1:B3", within *bounds*."""
    first, _, last = reference.partition(":")
    start, end = _place(first), _place(last or first)
    if start is None or end is None:
        return None
    return start, (min(end[0], bounds[0]), min(end[1], bounds[1]))


def _read_link(element: ET.Element, addresses: dict[str, str], parts: SheetParts) -> None:
    pointer = next((text for key, text in element.items() if key.endswith("}id")), "")
    address, place = addresses.get(pointer, ""), _place(element.get("ref", "").partition(":")[0])
    if address and place:
        anchor = element.get("location", "")
        parts.links[place] = f"{address}#{anchor}" if anchor and "#" not in address else address


def _read_merged(element: ET.Element, parts: SheetParts, bounds: Cell) -> None:
    found = _range(element.get("ref", ""), bounds)
    if found:
        (first, column), (last, _) = found
        for row in range(first + 1, last + 1):
            parts.merged.setdefault(row, {})[column] = first


def _beside(archive: zipfile.ZipFile, path: str) -> Iterator[Block]:
    """Yield records of comments and shapes, and notes on pictures and charts."""
    for part in related(archive, path, "comments"):
        for element in ET.fromstring(archive.read(part)).iter():  # noqa: S314 - `check_office_file` refuses entities
            if name_of(element) == "comment":
                reference = element.get("ref", "")
                text = " ".join("".join(_texts(element)).split())
                place = _place(reference)
                yield left_out(f"{reference}: {text}", "it is a comment on a cell", BlockLocation(place[0] if place else 0, "row"))  # fmt: skip
    counts = {"image": 0, "chart": 0}
    for drawing in related(archive, path, "drawing"):
        root = ET.fromstring(archive.read(drawing))  # noqa: S314 - `check_office_file` refuses entities
        for paragraph in (each for each in root.iter() if name_of(each) == "p"):
            if text := " ".join("".join(_texts(paragraph)).split()):
                yield left_out(text, "it is in a shape above the cells")
        for each in relations(archive, drawing):
            counts[each.kind] = counts.get(each.kind, 0) + 1
    for kind, plural in (("image", "pictures"), ("chart", "charts")):
        if counts[kind]:
            yield Block(Kind.NOTE, f"{plural} are not imported: {counts[kind]} left out")


def _texts(element: ET.Element) -> Iterator[str]:
    """Yield the texts in *element*, without phonetic guides."""
    for each in element:
        if name_of(each) == "t":
            yield each.text or ""
        elif name_of(each) != "rPh":
            yield from _texts(each)

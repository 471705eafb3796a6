"""Sheet properties outside the cells: hidden, linked, merged and struck cells, comments.

openpyxl gives them only for a workbook that it holds in memory as a whole. Here they are read in one
pass over the XML of each sheet.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from faqbot.ingest.blocks import Block, BlockLocation, Kind, left_out
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE
from faqbot.ingest.converters.office.package import main_part, name_of, related, relations

Cell = tuple[int, int]
"""Row and column of a cell, both from 1."""

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_HYPERLINK = re.compile(r'\s*HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)
# Letters of column names.
_LETTERS = 26
# Codes in headers and footers of printed pages: places, fonts, sizes, page numbers.
_CODES = re.compile(r"&(?:\"[^\"]*\"|K[0-9A-F]{6}|\d+|[A-Za-z])")


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
    """Return True for a row or column that is hidden or has no *size*."""
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
    """Return row and column of a cell *reference* such as "B7"; None if invalid."""
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

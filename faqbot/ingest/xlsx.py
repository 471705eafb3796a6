"""Reading workbooks (XLSX): the sheets as tables, a formula as the text it is."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from faqbot.errors import MissingDependency, UnreadableDocument
from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.tables import Row, blocks_of_rows
from faqbot.ingest.zipped import check_office_file

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["read"]

_MOST_ROWS, _MOST_COLUMNS = 100_000, 256
_MOST_XML = 100_000_000
_PLAIN_TITLE = ("sheet", "tabelle", "feuil", "hoja", "foglio")


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a workbook, sheet by sheet; see `Reader`."""
    check_office_file(data, name, "xl/", _MOST_XML)
    # The library tells of extensions it leaves out, which have no text.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = _opened(data, name)
        try:
            # openpyxl lets whatever its parsers raise through, and a broken sheet raises anything.
            sheets = [(sheet.title, list(_rows(sheet))) for sheet in book.worksheets]
        except MemoryError:
            raise
        except Exception as error:
            raise UnreadableDocument(f"{name} has a damaged sheet: save it again") from error
        finally:
            book.close()
    if not any(rows for _, rows in sheets):
        raise UnreadableDocument(f"{name} has no text in its sheets")
    for title, rows in sheets:
        yield from blocks_of_rows(rows, _section(title, sheets))
        if len(rows) >= _MOST_ROWS:
            yield Block(
                Kind.NOTE, f"of the sheet {title} only the first {_MOST_ROWS:,} rows were read"
            )


def _opened(data: bytes, name: str) -> Workbook:
    try:
        import openpyxl
    except ImportError as error:
        raise MissingDependency("reading workbooks", "import-office") from error
    try:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl lets whatever its parsers raise through
        raise UnreadableDocument(
            f"{name} is no workbook that can be read: save it again"
        ) from error


def _rows(sheet: Any) -> Iterator[Row]:  # noqa: ANN401 - openpyxl has no type for a read-only sheet
    """Yield the rows of *sheet* that hold something, whatever size the sheet says it has."""
    sheet.reset_dimensions()
    found = sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)
    for number, values in enumerate(found, start=1):
        cells = tuple("" if value is None else _text(value) for value in values)
        if any(cells):
            yield Row(number, cells)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(getattr(value, "text", value)).strip()


def _section(title: str, sheets: list[tuple[str, list[Row]]]) -> str:
    """Return a sheet's name as the section of its entries, if somebody chose it to part them."""
    filled = [name for name, rows in sheets if rows]
    return "" if len(filled) < 2 or title.lower().startswith(_PLAIN_TITLE) else title  # noqa: PLR2004 - one sheet parts nothing

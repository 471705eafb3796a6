"""A knowledge base as CSV, for spreadsheets: a row an entry."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from faqbot.exporting.records import record_of
from faqbot.exporting.selection import Selection

__all__ = ["COLUMNS", "csv_table"]

COLUMNS = (
    "id", "section", "question", "alternates", "answer", "source", "url", "keywords", "tags", "not_for",
    "audience", "follow_ups", "reviewed", "expires", "draft",
)  # fmt: skip
# A spreadsheet would run such a cell as a formula; the apostrophe before it says that it is text.
# So would it one in full width, and one behind a tab or a line's end.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def csv_table(selection: Selection) -> str:
    """Return *selection* as CSV with a head; the parts of a list stand on lines of their own in a cell."""
    lines = [_line(COLUMNS)]
    for entry in selection.entries:
        record = record_of(entry)
        lines.append(_line([_guarded(_cell(record.get(name, ""))) for name in COLUMNS]))
    return "".join(lines)


def _line(cells: Iterable[str]) -> str:
    """Return *cells* as a line; a cell with either character of a line's end in it is quoted."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _cell(value: object) -> str:
    if isinstance(value, list):
        # The last line's end tells one part with a bar or semicolon in it from two.
        return "\n".join(value) + "\n" * (
            len(value) == 1 and re.search(r"[|;,]", value[0]) is not None
        )
    return "yes" if value is True else str(value)


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell

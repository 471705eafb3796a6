"""A knowledge base as CSV, for spreadsheets: a row an entry."""

from __future__ import annotations

import csv
import io
import re

from faqbot.exporting.records import record_of
from faqbot.exporting.selection import Selection

__all__ = ["COLUMNS", "csv_table"]

COLUMNS = (
    "id", "section", "question", "alternates", "answer", "source", "url", "keywords", "tags", "not_for",
    "audience", "follow_ups", "reviewed", "expires", "draft",
)  # fmt: skip
# A spreadsheet would run such a cell as a formula; the apostrophe before it says that it is text.
_FORMULA = re.compile(r"'*[=+\-@]")


def csv_table(selection: Selection) -> str:
    """Return *selection* as CSV with a head; the parts of a list stand on lines of their own in a cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in selection.entries:
        record = record_of(entry)
        writer.writerow([_guarded(_cell(record.get(name, ""))) for name in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, list):
        # The last line's end tells one part with a bar or semicolon in it from two.
        return "\n".join(value) + "\n" * (
            len(value) == 1 and re.search(r"[|;,]", value[0]) is not None
        )
    return "yes" if value is True else str(value)


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell

"""Rows that separators in their text have torn: longer than the heading of the table.

A file of comma-separated values whose answers are not quoted has more cells than columns in some rows.
They are joined where one way to join them is certain. The other rows become drafts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.columns import Columns
from faqbot.ingest.tabular import Row, columns_of

__all__ = ["UNSURE", "joined_rows"]

UNSURE = (
    "its row has more cells than the heading of the table: put the text between quotation marks "
    "in the table"
)
_ASKS = re.compile(r"[?\uff1f\u061f]\s{0,30}+[\"'\u201d)]{0,30}+\s{0,30}+$")
_SHOWN = 10
_PAIR = 2


def joined_rows(rows: Sequence[Row], separator: str) -> tuple[list[Row], list[Block]]:
    """Return *rows* with torn cells joined, and a note that names the rows.

    A row that can be joined in more than one way has its last cells joined and `UNSURE` as its reason.
    """
    found = columns_of(rows)
    if found is None:
        return list(rows), []
    at, columns, width = found
    heading = rows[at].cells if at >= 0 else ()
    # "Question, Answer": a blank behind the separator shows nothing if the heading has it, too.
    blanks_tell = not any(cell.startswith(" ") for cell in heading[1:])
    made = [
        _joined(row, columns, width, len(heading), separator, blanks_tell=blanks_tell)
        if n > at
        else row
        for n, row in enumerate(rows)
    ]
    changed = [
        one.number
        for one, other in zip(made, rows, strict=True)
        if one.cells != other.cells and not one.reason
    ]
    return made, list(_noted(changed))


def _noted(numbers: Sequence[int]) -> Iterator[Block]:
    if numbers:
        shown = ", ".join(map(str, numbers[:_SHOWN])) + (", ..." if numbers[_SHOWN:] else "")
        which = f"row {shown} has" if len(numbers) == 1 else f"rows {shown} have"
        yield Block(
            Kind.NOTE,
            f"{which} more cells than the heading, as separators stand outside quotation marks: "
            "the cells were joined",
        )


def _joined(
    row: Row, columns: Columns, width: int, headed: int, separator: str, *, blanks_tell: bool
) -> Row:
    cells = list(row.cells)
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) <= width:
        return row
    prose = _by_blanks(cells, separator) if blanks_tell else cells
    if len(prose) <= width and len(prose) < len(cells):
        return replace(row, cells=tuple(prose))
    if len(cells) <= headed:
        return row  # the heading has a cell for it, if an empty one
    parted = _by_question(prose, columns, width, separator)
    if parted:
        return replace(row, cells=tuple(map(_unquoted, parted)))
    last = separator.join(prose[width - 1 :])
    return replace(row, cells=(*prose[: width - 1], last), reason=row.reason or UNSURE)


def _by_blanks(cells: Sequence[str], separator: str) -> list[str]:
    """Return *cells*, joined where a blank follows the separator, as in prose."""
    made = [cells[0]]
    for cell in cells[1:]:
        if cell.startswith(" ") and cell.strip():
            made[-1] += separator + cell
        else:
            made.append(cell)
    return made


def _by_question(
    cells: Sequence[str], columns: Columns, width: int, separator: str
) -> list[str] | None:
    """Return *cells* parted behind the question mark; None unless the last two columns are the pair."""
    question, answer = columns.index["question"], columns.index["answer"]
    if answer != width - 1 or question not in {answer - 1, 0}:
        return None
    if question != answer - 1:
        certain = _ASKS.search(cells[question])
        rest = separator.join(cells[answer:])
        return [*cells[:answer], rest] if certain else None
    for end in range(question + 1, len(cells)):
        asked = separator.join(cells[question:end])
        if _ASKS.search(asked):
            return [*cells[:question], asked, separator.join(cells[end:])]
    return None


def _unquoted(cell: str) -> str:
    text = cell.strip()
    whole = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].replace('""', '"') if whole else cell

"""Converter of CSV and TSV, which repairs rows torn by separators.

Cells are separated by commas, semicolons, tabs or bars. If answers are not quoted, some rows have more
cells than the head. They are joined if only one way to join them fits; other rows become drafts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from faqbot.errors import UnreadableDocument
from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.columns import Columns, find_columns
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.documents import MAX_QUESTIONS, decode, too_many_questions
from faqbot.ingest.question_forms import ends_as_question
from faqbot.ingest.tabular import Row, blocks_of_rows, columns_of

UNSURE = (
    "its row has more cells than the heading of the table: put the text between quotation marks "
    "in the table"
)
# Row numbers that a note lists; chosen by hand.
_SHOWN = 10
# Columns of a pair: question and answer.
_PAIR = 2
NOT_CLOSED = "a quotation mark of its row is not closed: correct it in the table"
_SEPARATORS = "\t,;|"
# Start of a formula; an apostrophe before it marks the cell as text.
_GUARDED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# The first line of some exports names the separator, for Excel.
_NAMED = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)
# Rows in which the head or questions are searched. Chosen by hand.
_HEAD_WITHIN = 10
# Faults of quotation marks; after that the rest is read line by line. Each fault costs a scan of the
# rest of the file. Chosen by hand.
_MOST_FAULTS = 20


def joined_rows(rows: Sequence[Row], separator: str) -> tuple[list[Row], list[Block]]:
    """Return *rows* with torn cells joined, and a note on them.

    If several ways fit, the last cells are joined, and the row gets `UNSURE` as its reason.
    """
    found = columns_of(rows)
    if found is None:
        return list(rows), []
    at, columns, width = found
    heading = rows[at].cells if at >= 0 else ()
    # A blank after the separator proves nothing if the head has it, too: "Question, Answer".
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
        return row  # the head has a cell for it, even if empty
    parted = _by_question(prose, columns, width, separator)
    if parted:
        return replace(row, cells=tuple(map(_unquoted, parted)))
    last = separator.join(prose[width - 1 :])
    return replace(row, cells=(*prose[: width - 1], last), reason=row.reason or UNSURE)


def _by_blanks(cells: Sequence[str], separator: str) -> list[str]:
    """Return *cells*, joined where a blank follows the separator."""
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
    """Return *cells*, split after the question mark.

    None unless the last two columns are question and answer.
    """
    question, answer = columns.index["question"], columns.index["answer"]
    if answer != width - 1 or question not in {answer - 1, 0}:
        return None
    if question != answer - 1:
        certain = ends_as_question(cells[question])
        rest = separator.join(cells[answer:])
        return [*cells[:answer], rest] if certain else None
    for end in range(question + 1, len(cells)):
        asked = separator.join(cells[question:end])
        if ends_as_question(asked):
            return [*cells[:question], asked, separator.join(cells[end:])]
    return None


def _unquoted(cell: str) -> str:
    text = cell.strip()
    whole = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].replace('""', '"') if whole else cell


def read(data: bytes, name: str) -> Iterator[Block]:
    """Yield the blocks of a table in text; see `Reader`."""
    text = decode(data, name)
    if not text.strip():
        raise UnreadableDocument(f"{name} is empty: export the table again")
    separator = _separator(text)
    given = list(rows_of(text, separator))
    filled = sum(any(row.cells) for row in given)
    if filled > MAX_QUESTIONS + _HEAD_WITHIN and columns_of(given[:MAX_QUESTIONS]):
        raise too_many_questions(name)
    rows, notes = joined_rows(given, separator)
    yield from blocks_of_rows(rows, to_markdown=answer_of)
    yield from notes


def rows_of(text: str, separator: str) -> Iterator[Row]:
    """Yield the rows of a table with *separator* between cells.

    A row with unbalanced quotation marks is read as a line. If a mark is left open, the row gets
    `NOT_CLOSED` as its reason.
    """
    lines = text.split("\n")
    if lines and _NAMED.fullmatch(lines[0]):
        lines[0] = ""
    readings = [_recovered(lines, separator)]
    if separator == "\t":
        readings = [_as_tabs(lines)]
    elif re.search(rf'{re.escape(separator)} +"', text):
        readings.append(_recovered(lines, separator, blanks=True))
    yield from min(map(list, readings), key=_torn)


def _as_tabs(lines: Sequence[str]) -> Iterator[Row]:
    """Yield tab-separated rows, where quotation marks may be literal."""
    plain = list(_parsed(lines, "\t", csv.QUOTE_NONE))
    try:
        quoted = list(_parsed(lines, "\t", csv.QUOTE_MINIMAL))
    except csv.Error:
        quoted = plain
    yield from min((quoted, plain), key=_torn)


def _torn(rows: Sequence[Row]) -> int:
    """Return the number of rows with other cell counts than the first."""
    filled = [row for row in rows if any(row.cells)]
    return sum(len(row.cells) != len(filled[0].cells) or bool(row.reason) for row in filled)


def _recovered(lines: Sequence[str], separator: str, *, blanks: bool = False) -> Iterator[Row]:
    """Yield the rows of *lines*.

    An invalid row is read as a line.
    """
    start = 0
    for _ in range(_MOST_FAULTS):
        at = start
        try:
            for row in _parsed(lines[start:], separator, csv.QUOTE_MINIMAL, blanks=blanks):
                yield Row(start + row.number, row.cells, reason=_swallowed(row, separator))
                at = start + row.number - 1 + _height(row)
        except csv.Error:
            yield _as_line(lines[at], at + 1, separator)
            start = at + 1
        else:
            return
    yield from (
        _as_line(line, number, separator)
        for number, line in enumerate(islice(lines, start, None), start=start + 1)
    )


def _height(row: Row) -> int:
    """Return the number of lines in *row*."""
    return 1 + sum(cell.count("\n") for cell in row.cells)


def _swallowed(row: Row, separator: str) -> str:
    """Return a reason if a quotation mark put a whole row into a cell."""
    mark = re.escape(separator)
    begins = re.compile(rf"\n[^\n]*\?[\"']?{mark}")
    return NOT_CLOSED if any(begins.search(cell) for cell in row.cells) else ""


def _as_line(line: str, number: int, separator: str) -> Row:
    """Return a *line* as a row.

    A cell between quotation marks may hold separators.
    """
    cells: list[str] = []
    opened = False
    for part in line.split(separator):
        if opened:
            cells[-1] += separator + part
        else:
            cells.append(part)
        opened = _is_open(cells[-1])
    reason = NOT_CLOSED if opened else ""
    return Row(number, tuple(map(_unguarded, map(_unmarked, cells))), reason=reason)


def _is_open(cell: str) -> bool:
    """Return True if *cell* opens with an unclosed quotation mark."""
    return cell.lstrip().startswith('"') and cell.count('"') % 2 == 1


def _unmarked(cell: str) -> str:
    """Return *cell* without the quotation marks around it."""
    text = cell.strip()
    if _is_open(cell):
        return text[1:].replace('""', '"')
    around = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].replace('""', '"') if around else cell


def _parsed(
    lines: Iterable[str], separator: str, quoting: int, *, blanks: bool = False
) -> Iterator[Row]:
    ended = (f"{line}\n" for line in lines)
    # No limit on a cell: the size of a document is limited already.
    csv.field_size_limit(max(csv.field_size_limit(), 10_000_000))
    reader = csv.reader(
        ended,
        delimiter=separator,
        quoting=quoting,  # type: ignore[arg-type]  # an int
        strict=True,
        skipinitialspace=blanks,
    )
    before = 0
    for cells in reader:
        yield Row(before + 1, tuple(map(_unguarded, cells)))
        before = reader.line_num


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _separator(text: str) -> str:
    """Return the separator, named by the first line or inferred.

    Columns need names of questions and answers, or cells that ask.
    """
    lines = list(islice((line for line in text.split("\n") if line.strip()), _HEAD_WITHIN))
    if named := _NAMED.fullmatch(lines[0]):
        return named[1]
    for line in lines:
        for separator in _SEPARATORS:
            if find_columns(cell.strip('" ') for cell in line.split(separator)):
                return separator
    return max(_SEPARATORS, key=lambda each: (_asked(lines, each), lines[0].count(each)))


def _asked(lines: Sequence[str], separator: str) -> int:
    """Return the number of *lines* whose first cell asks."""
    firsts = (line.partition(separator) for line in lines)
    return sum(bool(mark) and ends_as_question(first) for first, mark, _ in firsts)

"""Conversion of table rows to pairs of questions and answers, or to tables.

It serves CSV, TSV and the sheets of a workbook. Each cell becomes part of a pair, of a table, or of a
record of text that is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, BlockLocation, Kind, Pair, left_out
from faqbot.ingest.columns import (
    Columns,
    day_of,
    find_columns,
    is_hidden,
    listed,
    named_columns,
    slug_of,
    tags_of,
    words_listed,
)
from faqbot.ingest.markdown_text import link, markdown_table
from faqbot.ingest.question_forms import ends_as_question

# Rows in which the head is searched, since titles may precede it; chosen by hand.
_HEAD_WITHIN = 10
# Share of rows, 0 to 1, that must ask in a table without a head; chosen by hand.
_MOSTLY = 0.5
# Rows in which the columns are searched by their content; chosen by hand.
_SEEN = 500
# Characters of a column's name; chosen by hand.
_LONGEST_NAME = 40
# Rows of a table that is kept as a table; more are no answer. Chosen by hand.
_LISTED = 100


_TRUE = frozenset({"true", "yes", "1", "x", "wahr", "ja"})
CONTEXT_ONLY = "it is asked only as a follow-up: write a question that stands alone"
"""Reason for a draft of a pair that has a meaning only after another answer."""
NO_CELLS = "its column has no cells"
"""Reason for the record of a name in the head of a table that stands above empty cells."""
_NO_PAIR = "its row has a question without an answer, or an answer without a question"
_NO_FIELD = "no field of an entry has the name of its column"
_NO_NAME = "its column has no name"
_NO_ID = "it cannot be an id: an id has small letters, digits and hyphens"
_NO_DAY = "it is not a date such as 2026-01-31"
_NO_LINK = "only the answer and the address of an entry can be links"
_IS_HEAD = "it is the head of the table, whose columns were found by their content"
_ABOVE = "it is above the names of the columns"
_TOO_LONG = "the table holds no questions, and only its first rows are kept"


@dataclass(frozen=True, slots=True)
class Row:
    """Row of a table with its *number*, from 1, as its program counts.

    *links* are addresses by the index of the linked cell. *reason* says why an author must look at the row;
    empty for other rows. *repeated* are indexes of cells that are merged with the cell above.
    """

    number: int
    cells: tuple[str, ...]
    links: Mapping[int, str] = field(default_factory=dict)
    reason: str = ""
    repeated: frozenset[int] = frozenset()


def blocks_of_rows(
    rows: Iterable[Row], section: str = "", to_markdown: Callable[[str], str] = str
) -> Iterator[Block]:
    """Yield a pair for each row of questions, or *rows* as a table.

    The head is searched in the first rows. *section* is for entries that name no section. *to_markdown*
    converts an answer that may be HTML.
    """
    filled = _filled(rows)
    found = columns_of(filled)
    if found is None:
        yield from _listing(filled) if filled else ()
        return
    at, columns, _ = found
    for row in filled[: max(at, 0)]:
        yield left_out(_shown(row.cells), _ABOVE, BlockLocation(row.number, "row"))
        yield from _links_of(row)
    head = filled[at].cells if at >= 0 else ()
    if head and find_columns(head) is None:
        yield left_out(_shown(head), _IS_HEAD, BlockLocation(filled[at].number, "row"))
    if at >= 0:
        yield from _links_of(filled[at])
        yield from _empty_columns(columns, filled[at:])
    yield from _pairs(_QuestionTable(columns, head, section, to_markdown), filled[at + 1 :])


def columns_of(rows: Sequence[Row]) -> tuple[int, Columns, int] | None:
    """Return the head's index among *rows*, its columns, and the count of known names.

    The index is -1 for a table without a head whose first column asks. None if *rows* hold no questions.
    """
    filled = _filled(rows)
    for row in filled[:_HEAD_WITHIN]:
        if columns := find_columns(row.cells):
            width = max(n for n, cell in enumerate(row.cells, start=1) if cell.strip())
            return list(rows).index(row), columns, width
    found = _by_content(filled)
    if found is None:
        return None
    headed, columns = found
    widths = {len(_cut(row.cells)) for row in filled} - {1}
    width = (
        widths.pop()
        if len(widths) == 1
        else max(columns.index["question"], columns.index["answer"]) + 1
    )
    return (list(rows).index(filled[0]) if headed else -1), columns, width


def _by_content(rows: Sequence[Row]) -> tuple[bool, Columns] | None:
    """Return the columns of a table by its cells.

    The first value is True if the first row is a head. The column that asks holds the questions,
    the one with the longest text beside it the answers.
    """
    width = max((len(row.cells) for row in rows[:_SEEN]), default=0)
    asked = next((at for at in range(width) if _asks(rows, at)), None)
    if asked is None:
        return None
    lengths = {
        at: sum(len(_at(row, at)) for row in rows[1:_SEEN] or rows)
        for at in range(width)
        if at != asked and not _asks(rows, at)
    }
    answer = max(lengths, key=lambda at: lengths[at], default=None)
    if answer is None or not lengths[answer]:
        return None
    head = rows[0].cells
    headed = len(rows) > 1 and all(
        len(cell) <= _LONGEST_NAME and not ends_as_question(cell) for cell in head
    )
    known = named_columns(head).index if headed else {}
    others = {
        name: at
        for name, at in known.items()
        if at not in {asked, answer} and name not in {"question", "answer"}
    }
    return headed, Columns({**others, "question": asked, "answer": answer})


def _at(row: Row, at: int) -> str:
    return row.cells[at].strip() if at < len(row.cells) else ""


def _asks(rows: Sequence[Row], at: int) -> bool:
    """Return True if most cells of a column ask, and have text beside them.

    A first cell that does not ask may be the head.
    """
    asked = [row for row in rows if ends_as_question(_at(row, at))]
    below = len(rows) - (len(rows) > 1 and not ends_as_question(_at(rows[0], at)))
    beside = all(any(cell.strip() for n, cell in enumerate(row.cells) if n != at) for row in asked)
    enough = len(asked) > 1 or len(rows) == 1 or below == len(asked) == 1
    return enough and beside and len(asked) > _MOSTLY * below


def _filled(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if any(cell.strip() for cell in row.cells)]


def _cut(cells: Sequence[str]) -> Sequence[str]:
    """Return *cells* without empty cells at the end."""
    last = max((n for n, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return cells[:last]


def _shown(cells: Iterable[str]) -> str:
    return " | ".join(cell.strip() for cell in cells if cell.strip())


@dataclass(frozen=True, slots=True)
class _QuestionTable:
    """Table of questions: columns, head cells, and the converter of answers."""

    columns: Columns
    head: Sequence[str]
    section: str
    to_markdown: Callable[[str], str]

    def answer(self, row: Row) -> str:
        """Return the answer of *row* as Markdown."""
        columns = self.columns
        if _is_ours(columns):
            return columns.raw(row.cells, "answer").strip("\n").rstrip()
        name = "markdown" if columns.cell(row.cells, "markdown") else "answer"
        text = columns.cell(row.cells, name)
        # QnA Maker writes a line end as these two characters, to keep an entry on one line.
        if {"source", "tags"} <= columns.index.keys() and "id" not in columns.index:
            text = text.replace("\\n", "\n")
        return _linked(self.to_markdown(text), row.links.get(columns.index.get(name, -1), ""))


def _pairs(table: _QuestionTable, rows: Sequence[Row]) -> Iterator[Block]:
    columns = table.columns
    groups = list(_groups(table, rows))
    names = {key: _name(columns, group[0]) for key, group in reversed(groups)}
    for _, group in groups:
        pair = _pair(table, group, names)
        place = BlockLocation(group[0].number, "row")
        if pair.answer and pair.questions:
            yield Block(Kind.PAIR, pair.questions[0], place=place, pair=pair)
            yield from _unread_fields(columns, group)
            yield from _not_read(columns, table.head, group)
        else:
            for row in group:
                yield left_out(_shown(row.cells), _NO_PAIR, BlockLocation(row.number, "row"))
                yield from _links_of(row)


def _groups(table: _QuestionTable, rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of each entry.

    Rows that share a number or an id, and an answer, are one entry. Rows below a merged cell with a
    question are one entry, whatever their answers.
    """
    columns = table.columns
    groups: dict[tuple[str, str], list[Row]] = {}
    latest: dict[str, str] = {}
    last: list[Row] = []
    for row in rows:
        if last and columns.index["question"] in row.repeated:
            last.append(row)
            continue
        key = (
            columns.cell(row.cells, "number")
            or columns.cell(row.cells, "id")
            or f"row {row.number}"
        )
        answer = table.answer(row) or latest.get(key, "")
        latest[key] = answer
        last = groups.setdefault((key, answer), [])
        last.append(row)
    yield from ((key, group) for (key, _), group in groups.items())


def _not_read(columns: Columns, head: Sequence[str], rows: Sequence[Row]) -> Iterator[Block]:
    """Yield a record of each cell outside *columns*, under the name of its column."""
    read = columns.read
    for row in rows:
        for at, cell in enumerate(row.cells):
            if at not in read and cell.strip():
                name = head[at].strip() if at < len(head) else ""
                text = f"{name}: {cell.strip()}" if name else cell.strip()
                yield left_out(
                    text, _NO_FIELD if name else _NO_NAME, BlockLocation(row.number, "row")
                )
        yield from _unread_links(columns, row)


def _empty_columns(columns: Columns, rows: Sequence[Row]) -> Iterator[Block]:
    """Yield a record of each unknown name in the head, the first of *rows*, that has no cells."""
    head, *others = rows
    for at, name in enumerate(head.cells):
        if at not in columns.read and name.strip() and not any(_at(row, at) for row in others):
            yield left_out(name.strip(), NO_CELLS, BlockLocation(head.number, "row"))


def _unread_links(columns: Columns, row: Row) -> Iterator[Block]:
    """Yield a record per link that no entry field holds."""
    index = columns.index
    shown = {index.get("answer"), index.get("markdown"), index.get("url")}
    if "url" not in index:
        shown.add(index["question"])
    for at, url in row.links.items():
        if at not in shown:
            yield left_out(url, _NO_LINK, BlockLocation(row.number, "row"))


def _unread_fields(columns: Columns, rows: Sequence[Row]) -> Iterator[Block]:
    """Yield a record of each day and id that an entry cannot hold."""
    for row in rows:
        place = BlockLocation(row.number, "row")
        for name in ("reviewed", "expires"):
            cell = columns.cell(row.cells, name)
            if cell and day_of(cell) is None:
                yield left_out(f"{name}: {cell}", _NO_DAY, place)
        cell = columns.cell(row.cells, "id")
        # A plain number counts rows; it is no id.
        if cell and not slug_of(cell) and not cell.isdecimal():
            yield left_out(f"id: {cell}", _NO_ID, place)


def _links_of(row: Row) -> Iterator[Block]:
    """Yield a record of each link in *row*, which makes no entry."""
    yield from (
        left_out(url, _NO_LINK, BlockLocation(row.number, "row")) for url in row.links.values()
    )


def _name(columns: Columns, row: Row) -> str:
    """Return the name for references to a row: id or question."""
    return slug_of(columns.cell(row.cells, "id")) or columns.cell(row.cells, "question")


def _pair(table: _QuestionTable, rows: Sequence[Row], names: dict[str, str]) -> Pair:
    columns = table.columns
    first = rows[0].cells
    links = {name: rows[0].links.get(at, "") for name, at in columns.index.items()}
    return Pair(
        questions=tuple(dict.fromkeys(_questions(columns, rows))),
        answer="\n\n".join(dict.fromkeys(filter(None, map(table.answer, rows)))),
        id=slug_of(columns.cell(first, "id")),
        section=columns.cell(first, "section") or table.section,
        source=columns.cell(first, "source"),
        url=links.get("url") or columns.cell(first, "url") or links.get("question", ""),
        not_for=columns.cells(first, "not_for"),
        keywords=columns.cells(first, "keywords")
        if _is_ours(columns)
        else words_listed(columns.raw(first, "keywords")),
        tags=columns.cells(first, "tags")
        if _is_ours(columns)
        else tags_of(columns.cell(first, "tags")),
        audience=frozenset(columns.cells(first, "audience")),
        reviewed=day_of(columns.cell(first, "reviewed")),
        expires=day_of(columns.cell(first, "expires")),
        follow_ups=tuple(_follow_ups(columns.raw(first, "follow_ups"), names)),
        reason=_reason(table, rows),
    )


def _reason(table: _QuestionTable, rows: Sequence[Row]) -> str:
    """Return the reason for an author to check, or ""."""
    columns, first = table.columns, rows[0].cells
    if columns.cell(first, "draft").casefold() in _TRUE:
        return "it was a draft before"
    state = columns.cell(first, "state")
    if is_hidden(state):
        name = table.head[columns.index["state"]].strip()
        return f"the column {name} says \u201c{' '.join(state.split())}\u201d of it"
    if columns.cell(first, "context_only").casefold() in _TRUE:
        return CONTEXT_ONLY
    return next(filter(None, (row.reason for row in rows)), "")


def _is_ours(columns: Columns) -> bool:
    """Return True if faqbot wrote the table: its answers are Markdown."""
    return {"id", "not_for", "follow_ups", "audience"} <= columns.index.keys()


def _linked(text: str, url: str) -> str:
    """Return *text* as a link to *url*.

    If it has several lines or links of its own, the link follows the text.
    """
    if not url or not text or url in text:
        return text
    return f"{text}\n\n<{url}>" if "\n" in text or "](" in text else link(text, url)


def _questions(columns: Columns, rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        texts = [columns.cell(row.cells, "question")]
        for at in columns.phrasings:
            texts += [row.cells[at]] if at < len(row.cells) else []
        for text in (*texts, *columns.cells(row.cells, "alternates")):
            yield from _lines(text)


def _lines(cell: str) -> Iterator[str]:
    """Yield the phrasings in a *cell*: its lines if all of them ask, else the whole cell."""
    lines = [" ".join(line.split()) for line in cell.split("\n") if line.strip()]
    if all(map(ends_as_question, lines)):
        yield from lines
    elif lines:
        yield " ".join(lines)


def _follow_ups(cell: str, names: dict[str, str]) -> Iterator[str]:
    """Yield the entries that *cell* names, QnA Maker's JSON or list."""
    if not cell.lstrip().startswith("["):
        yield from listed(cell)
        return
    try:
        prompts = json.loads(cell)
    except ValueError:
        return
    for prompt in prompts if isinstance(prompts, list) else []:
        if isinstance(prompt, dict):
            named = names.get(str(prompt.get("qnaId", prompt.get("QnaId", ""))))
            yield from [named] if named else []


def _listing(rows: Sequence[Row]) -> Iterator[Block]:
    """Yield *rows* as a table without empty columns; one column as lines."""
    used = sorted({at for row in rows for at, cell in enumerate(row.cells) if cell.strip()})
    cells = [
        tuple(
            _linked(row.cells[at], row.links.get(at, "")) if at < len(row.cells) else ""
            for at in used
        )
        for row in rows
    ]
    if len(used) == 1:
        for row, (cell,) in zip(rows, cells, strict=True):
            yield Block(Kind.TEXT, cell.strip(), place=BlockLocation(row.number, "row"))
        return
    shown = tuple(cells[: _LISTED + 1])
    yield Block(
        Kind.TABLE, markdown_table(shown), place=BlockLocation(rows[0].number, "row"), rows=shown
    )
    for row in rows[len(shown) :]:
        yield left_out(_shown(row.cells), _TOO_LONG, BlockLocation(row.number, "row"))
        yield from _links_of(row)
    if len(cells) > len(shown):
        message = (
            f"the table has no columns named question and answer, and {len(cells) - 1:,} rows: "
            f"only the first {_LISTED} are kept"
        )
        yield Block(Kind.NOTE, message)

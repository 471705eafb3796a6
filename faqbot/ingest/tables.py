"""Rows of cells to blocks: pairs where the columns are of questions and answers, else a table.

It serves every format that comes in rows: CSV, TSV, the sheets of a workbook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from faqbot.ingest.blocks import Block, Kind, Pair, Place
from faqbot.ingest.columns import Columns, find_columns, listed
from faqbot.ingest.fields import answer_of, day_of, slug_of, tags_of
from faqbot.ingest.html_text import table

__all__ = ["Row", "blocks_of_rows"]

_HEAD_WITHIN = 10
_MOSTLY = 0.5
_LISTED = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells, and its *number* from 1 as its program counts."""

    number: int
    cells: tuple[str, ...]


def blocks_of_rows(rows: Iterable[Row], section: str = "") -> Iterator[Block]:
    """Yield a pair a row of *rows*; a table that is not of questions comes whole, as a table.

    A head is looked for in the first rows. *section* is where the entries are listed that name none.
    """
    filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not filled:
        return
    for at, row in enumerate(filled[:_HEAD_WITHIN]):
        if columns := find_columns(row.cells):
            yield from _pairs(columns, filled[at + 1 :], section)
            return
    if _are_questions(filled):
        yield from _pairs(Columns({"question": 0, "answer": 1}), filled, section)
    else:
        yield from _table(filled)


def _are_questions(rows: Sequence[Row]) -> bool:
    """Say whether a table without a head has questions in the first of its two columns."""
    asked = [row for row in rows if len(row.cells) > 1 and row.cells[0].rstrip().endswith("?")]
    return len(asked) > _MOSTLY * len(rows) and all(any(row.cells[1:]) for row in asked)


def _pairs(columns: Columns, rows: Sequence[Row], section: str) -> Iterator[Block]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        # Rows that share a number or an id are one entry with several questions.
        key = (
            columns.cell(row.cells, "number")
            or columns.cell(row.cells, "id")
            or f"row {row.number}"
        )
        groups.setdefault(key, []).append(row)
    names = {key: _name(columns, group[0]) for key, group in groups.items()}
    empty = 0
    for group in groups.values():
        pair = _pair(columns, group, names, section)
        if pair.answer and pair.questions:
            yield Block(
                Kind.PAIR, pair.questions[0], place=Place(group[0].number, "row"), pair=pair
            )
        else:
            empty += 1
    if empty:
        rows_are = "1 row has" if empty == 1 else f"{empty} rows have"
        yield Block(
            Kind.NOTE, f"{rows_are} a question without an answer, or an answer without a question"
        )


def _name(columns: Columns, row: Row) -> str:
    """Return what a row's entry is called by others: its id if it is one, else its question."""
    return slug_of(columns.cell(row.cells, "id")) or columns.cell(row.cells, "question")


def _pair(columns: Columns, rows: Sequence[Row], names: dict[str, str], section: str) -> Pair:
    first = rows[0].cells
    draft = columns.cell(first, "draft").casefold() in {"true", "yes", "1", "x"}
    return Pair(
        questions=tuple(dict.fromkeys(_questions(columns, rows))),
        answer=_answer(columns, first),
        id=slug_of(columns.cell(first, "id")),
        section=columns.cell(first, "section") or section,
        source=columns.cell(first, "source"),
        url=columns.cell(first, "url"),
        not_for=columns.cells(first, "not_for"),
        keywords=columns.cells(first, "keywords"),
        tags=columns.cells(first, "tags")
        if _is_ours(columns)
        else tags_of(columns.cell(first, "tags")),
        audience=frozenset(columns.cells(first, "audience")),
        reviewed=day_of(columns.cell(first, "reviewed")),
        expires=day_of(columns.cell(first, "expires")),
        follow_ups=tuple(_follow_ups(columns.raw(first, "follow_ups"), names)),
        reason="it was a draft before" if draft else "",
    )


def _is_ours(columns: Columns) -> bool:
    """Say whether faqbot wrote the table: its answers are Markdown as they stand."""
    return {"id", "not_for", "follow_ups", "audience"} <= columns.index.keys()


def _answer(columns: Columns, cells: Sequence[str]) -> str:
    if _is_ours(columns):
        return columns.raw(cells, "answer").strip("\n").rstrip()
    text = columns.cell(cells, "markdown") or columns.cell(cells, "answer")
    # QnA Maker writes a line's end as these two characters, to keep an entry on one line.
    if {"source", "tags"} <= columns.index.keys() and "id" not in columns.index:
        text = text.replace("\\n", "\n")
    return answer_of(text)


def _questions(columns: Columns, rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        texts = [columns.cell(row.cells, "question")]
        for at in columns.phrasings:
            texts += [row.cells[at]] if at < len(row.cells) else []
        for text in (*texts, *columns.cells(row.cells, "alternates")):
            if line := " ".join(text.split()):
                yield line


def _follow_ups(cell: str, names: dict[str, str]) -> Iterator[str]:
    """Yield the names of the entries that *cell* points to: QnA Maker's JSON, or a list of names."""
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


def _table(rows: Sequence[Row]) -> Iterator[Block]:
    cells = tuple(row.cells for row in rows)
    shown = cells[: _LISTED + 1]
    yield Block(Kind.TABLE, table(shown), place=Place(rows[0].number, "row"), rows=shown)
    if len(cells) > len(shown):
        message = (
            f"the table has no columns named question and answer, and {len(cells) - 1:,} rows: "
            f"only the first {_LISTED} are kept"
        )
        yield Block(Kind.NOTE, message)

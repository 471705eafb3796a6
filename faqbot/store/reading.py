"""What comes out of the tables: one page at a time, so that a reader never holds the writers up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Table, not_, or_, select

from faqbot.models import Outcome
from faqbot.records import AskedQuestion, Suggestion
from faqbot.store.redaction import storable
from faqbot.store.tables import questions, suggestions, verdicts

__all__ = ["questions_after", "suggestions_after"]

_PAGE = 500


def questions_after(
    connection: Connection, last: str, since: datetime | None, *, manners: bool
) -> list[AskedQuestion]:
    """Return the next recorded questions after the one with the id *last*, oldest first.

    With *manners* they are the greetings, thanks and the like instead.
    """
    kind = questions.c.manners.is_(True)
    wanted = [kind if manners else or_(questions.c.manners.is_(None), not_(kind))]
    wanted += [] if since is None else [questions.c.at >= since]
    rows = _page(connection, questions, last, wanted)
    said = _verdicts(connection, [row.id for row in rows])
    return [_question(row, said.get(row.id, [])) for row in rows]


def suggestions_after(
    connection: Connection, last: str, since: datetime | None, status: str | None
) -> list[Suggestion]:
    """Return the next suggestions after the one with the id *last*, oldest first."""
    wanted = [] if since is None else [suggestions.c.at >= since]
    if status is not None:
        wanted.append(suggestions.c.status == status)
    return [_suggestion(row) for row in _page(connection, suggestions, last, wanted)]


def _suggestion(row: Row[tuple[object, ...]]) -> Suggestion:
    """Return *row* as a suggestion; earlier versions stored characters that no knowledge base holds."""
    stored = Suggestion(**row._mapping)  # noqa: SLF001  SQLAlchemy's documented name
    return replace(stored, question=storable(stored.question), answer=storable(stored.answer))


def _page(
    connection: Connection, table: Table, last: str, wanted: Iterable[ColumnElement[bool]]
) -> Sequence[Row[tuple[object, ...]]]:
    page = select(table).where(table.c.id > last, *wanted).order_by(table.c.id).limit(_PAGE)
    return connection.execute(page).all()


def _verdicts(
    connection: Connection, ids: Sequence[str]
) -> dict[str, list[Row[tuple[object, ...]]]]:
    """Return the verdicts on each of the questions *ids*, oldest first."""
    found: dict[str, list[Row[tuple[object, ...]]]] = {}
    if ids:
        page = select(verdicts).where(verdicts.c.question.in_(ids)).order_by(verdicts.c.at)
        for row in connection.execute(page):
            found.setdefault(row.question, []).append(row)
    return found


def _question(
    row: Row[tuple[object, ...]], said: Sequence[Row[tuple[object, ...]]]
) -> AskedQuestion:
    against = [verdict for verdict in said if not verdict.helpful]
    return AskedQuestion(
        id=row.id,
        text=storable(row.text),
        outcome=Outcome(row.outcome),
        entry=row.entry,
        confidence=row.confidence,
        adapter=row.adapter,
        at=row.at,
        person=row.person,
        nearest=tuple(row.nearest),
        picked=row.picked,
        helpful=len(said) - len(against),
        unhelpful=len(against),
        reasons=tuple(verdict.reason for verdict in against if verdict.reason),
        read_as=row.read_as or "",
        manners=bool(row.manners),
    )

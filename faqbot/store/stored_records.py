"""Queries that read records in the caller's transaction.

A query reads questions or suggestions of one tenant, oldest first and a page at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, not_, or_, select

from faqbot.models import AskedQuestion, Outcome, Suggestion
from faqbot.store.redaction import storable
from faqbot.store.tables import questions, suggestions, verdicts

# Records of a page, so that a reader never blocks the writers. Chosen by hand: about 500 kB in memory.
PAGE_SIZE = 500


def questions_after(
    connection: Connection, tenant: str, last: str, since: datetime | None, *, manners: bool
) -> list[AskedQuestion]:
    """Return the page of questions of *tenant* after the id *last*, oldest first.

    With *manners* it holds courtesies instead, such as greetings and thanks.
    """
    kind = questions.c.manners.is_(True)
    wanted = [kind if manners else or_(questions.c.manners.is_(None), not_(kind))]
    wanted += [] if since is None else [questions.c.at >= since]
    rows = _page(connection, questions, tenant, last, wanted)
    said = _verdicts(connection, [row.id for row in rows])
    return [_question(row, said.get(row.id, [])) for row in rows]


def suggestions_after(
    connection: Connection, tenant: str, last: str, since: datetime | None, status: str | None
) -> list[Suggestion]:
    """Return the page of suggestions of *tenant* after the id *last*, oldest first."""
    wanted = [] if since is None else [suggestions.c.at >= since]
    if status is not None:
        wanted.append(suggestions.c.status == status)
    return [_suggestion(row) for row in _page(connection, suggestions, tenant, last, wanted)]


def question(connection: Connection, tenant: str, record: str) -> AskedQuestion | None:
    """Return the question *record* of *tenant*, None if unknown."""
    row = connection.execute(select(questions).where(own(questions, tenant, record))).first()
    if row is None:
        return None
    return _question(row, _verdicts(connection, [row.id]).get(row.id, []))


def suggestion(connection: Connection, tenant: str, record: str) -> Suggestion | None:
    """Return the suggestion *record* of *tenant*, None if unknown."""
    row = connection.execute(select(suggestions).where(own(suggestions, tenant, record))).first()
    return None if row is None else _suggestion(row)


def own(table: Table, tenant: str, record: str) -> ColumnElement[bool]:
    """Return the condition of the row *record* in *table*, if it belongs to *tenant*."""
    return and_(table.c.id == record, table.c.tenant == tenant)


def _suggestion(row: Row[tuple[object, ...]]) -> Suggestion:
    """Return *row* as a suggestion with storable texts.

    Earlier versions stored characters that no knowledge base holds.
    """
    columns = {**row._mapping}  # noqa: SLF001  SQLAlchemy's documented name
    del columns["tenant"]
    stored = Suggestion(**columns)
    return replace(stored, question=storable(stored.question), answer=storable(stored.answer))


def _page(
    connection: Connection,
    table: Table,
    tenant: str,
    last: str,
    wanted: Iterable[ColumnElement[bool]],
) -> Sequence[Row[tuple[object, ...]]]:
    after = select(table).where(table.c.tenant == tenant, table.c.id > last, *wanted)
    return connection.execute(after.order_by(table.c.id).limit(PAGE_SIZE)).all()


def _verdicts(
    connection: Connection, ids: Sequence[str]
) -> dict[str, list[Row[tuple[object, ...]]]]:
    """Return the verdicts by the questions *ids*, oldest first."""
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

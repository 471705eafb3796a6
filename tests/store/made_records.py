"""Records that the tests of the store make, and make older."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from faqbot.store import tables

if TYPE_CHECKING:
    from faqbot.store import Store


def record_question(store: Store, answer: Any, person: str = "U1") -> str:  # noqa: ANN401  an Answer
    """Record the question of *answer*, asked by *person*; return the id."""
    record = store.record(answer, adapter="slack", person=person)
    assert record is not None
    return record


def age_records(store: Store, days: float) -> None:
    """Make every record so many days older."""
    then = datetime.now(UTC) - timedelta(days=days)

    def work(connection: Any) -> None:  # noqa: ANN401  a Connection
        for table in (tables.questions, tables.suggestions):
            connection.execute(table.update().values(at=then))

    store._database.transact(work)
